namespace Crm.Domain.Common;

/// <summary>Time zones by their IANA id, from the system's tz database.</summary>
public static class TimeZones
{
    /// <summary>Whether this is the id of a zone, in its exact spelling, such as <c>Europe/Sofia</c> or <c>UTC</c>.</summary>
    public static bool IsKnown(string? id) => Find(id) is not null;

    /// <summary>Refuses what is no zone; none is fine.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>timeZone</c>.</exception>
    public static void Check(string? id)
    {
        if (id is not null && !IsKnown(id)) throw CrmException.Validation("timeZone", "must be an IANA time zone");
    }

    /// <summary>The day it is in the zone at the instant. Errors: validation on <c>timeZone</c> for an unknown zone.</summary>
    public static DateOnly DayIn(string zone, DateTimeOffset instant)
    {
        var found = Find(zone) ?? throw CrmException.Validation("timeZone", "This is not an IANA time zone.");
        return DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, found).DateTime);
    }

    /// <summary>The zone with its rules. Errors: validation on <c>timeZone</c> for an unknown one.</summary>
    internal static TimeZoneInfo Zone(string id) => Find(id) ?? throw CrmException.Validation("timeZone", "This is not an IANA time zone.");

    private static TimeZoneInfo? Find(string? id) =>
        // On Unix the id is a path below the tz database: only what can be an id may reach the file system, and neither its copies
        // with other rules (posix/, right/) nor its other files. A zone met before is found in any spelling, hence the comparison.
        id is { Length: > 0 and <= 64 } && char.IsAsciiLetterUpper(id[0]) && !id.AsSpan().ContainsAnyExcept(Allowed)
            && !id.Contains("//", StringComparison.Ordinal) && id != "Factory"
            && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.Id == id
            ? zone
            : null;

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");
}
