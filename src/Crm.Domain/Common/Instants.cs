using System.Globalization;

namespace Crm.Domain.Common;

/// <summary>Instants, dates and ids as text: RFC 3339 and RFC 9562 to the letter, ASCII digits only, nothing trimmed.</summary>
public static class Instants
{
    /// <summary>What an instant must look like, in words.</summary>
    public const string Form = "an RFC 3339 instant, such as 2026-01-31T09:30:00Z";

    /// <summary>
    /// An RFC 3339 date-time (<c>T</c> and <c>Z</c> in either case, an offset is required) in UTC, cut to microseconds. A leap second,
    /// which may only end a month in UTC, becomes the first second of the next one, as in PostgreSQL. Refuses what leaves the years
    /// 0001–9999 in UTC.
    /// </summary>
    public static bool TryParseInstant(string? text, out DateTimeOffset instant)
    {
        instant = default;
        var s = text.AsSpan();
        if (s.Length < 20 || !TryParseDay(s[..10], out var day) || (s[10] | 0x20) != 't' || s[13] != ':' || s[16] != ':'
            || !TryTwo(s, 11, 23, out var hour) || !TryTwo(s, 14, 59, out var minute) || !TryTwo(s, 17, 60, out var second)
            || !TryFraction(s, out var ticks, out var next) || !TryOffset(s[next..], out var offset))
            return false;
        var total = (day.DayNumber * 1440L + hour * 60 + minute - offset) * TimeSpan.TicksPerMinute;
        if (second == 60 && !EndsMonth(total))
            return false;
        total += second * TimeSpan.TicksPerSecond + ticks;
        if (total < 0 || total > DateTime.MaxValue.Ticks)
            return false;
        instant = new DateTimeOffset(total, TimeSpan.Zero);
        return true;
    }

    /// <summary>An RFC 3339 full-date, <c>YYYY-MM-DD</c>, of the years 0001–9999.</summary>
    public static bool TryParseDate(string? text, out DateOnly date) => TryParseDay(text, out date);

    /// <summary>A UUID in its 8-4-4-4-12 form, any version, either case.</summary>
    public static bool TryParseUuid(string? text, out Guid id)
    {
        id = default;
        if (text is not { Length: 36 })
            return false;
        for (var i = 0; i < text.Length; i++) // the parser of Guid lets "+" and "0x" pass as digits
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
                return false;
        return Guid.TryParseExact(text, "D", out id);
    }

    /// <summary>The instant in UTC, such as <c>2026-03-01T09:30:00Z</c>: at most six decimals of a second, without trailing zeros.</summary>
    public static string FormatInstant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The date as <c>YYYY-MM-DD</c>.</summary>
    public static string FormatDate(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The instant in UTC without what PostgreSQL does not keep: everything below a microsecond.</summary>
    public static DateTimeOffset CutToMicroseconds(DateTimeOffset instant) =>
        new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    private static bool TryParseDay(ReadOnlySpan<char> s, out DateOnly date)
    {
        date = default;
        if (s.Length != 10 || s[4] != '-' || s[7] != '-' || !TryTwo(s, 0, 99, out var century) || !TryTwo(s, 2, 99, out var year)
            || !TryTwo(s, 5, 12, out var month) || !TryTwo(s, 8, 31, out var day))
            return false;
        year += century * 100;
        if (year == 0 || month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool TryTwo(ReadOnlySpan<char> s, int at, int max, out int value)
    {
        value = 0;
        if (!char.IsAsciiDigit(s[at]) || !char.IsAsciiDigit(s[at + 1]))
            return false;
        value = (s[at] - '0') * 10 + s[at + 1] - '0';
        return value <= max;
    }

    private static bool TryFraction(ReadOnlySpan<char> s, out long ticks, out int next)
    {
        ticks = 0;
        next = 19;
        if (s[19] != '.')
            return true;
        var unit = TimeSpan.TicksPerSecond;
        for (next = 20; next < s.Length && char.IsAsciiDigit(s[next]); next++)
        {
            unit /= 10;
            if (unit >= TimeSpan.TicksPerMicrosecond)
                ticks += (s[next] - '0') * unit;
        }
        return next > 20;
    }

    private static bool TryOffset(ReadOnlySpan<char> s, out int minutes)
    {
        minutes = 0;
        if (s.Length == 1)
            return (s[0] | 0x20) == 'z';
        if (s.Length != 6 || s[0] is not ('+' or '-') || s[3] != ':' || !TryTwo(s, 1, 23, out var hours) || !TryTwo(s, 4, 59, out minutes))
            return false;
        minutes = (hours * 60 + minutes) * (s[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool EndsMonth(long minuteTicks)
    {
        var next = minuteTicks + TimeSpan.TicksPerMinute;
        return next > 0 && next <= DateTime.MaxValue.Ticks && new DateTime(next) is { Day: 1, TimeOfDay.Ticks: 0 };
    }
}
