namespace Crm.Domain.Common;

/// <summary>The languages the product speaks (ISO 639-1).</summary>
public static class Languages
{
    /// <summary>English, unless somebody chooses.</summary>
    public const string Default = "en";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = ["en", "bg"];

    /// <summary>Whether this is the code of one of them.</summary>
    public static bool IsKnown(string? code) => code is not null && All.Contains(code, StringComparer.Ordinal);

    /// <summary>Refuses another language; none is fine.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>language</c>.</exception>
    public static void Check(string? code)
    {
        if (code is not null && !IsKnown(code)) throw CrmException.Validation("language", $"must be one of {string.Join(", ", All)}");
    }
}
