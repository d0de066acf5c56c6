using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Crm.Domain.Common;

namespace Crm.Domain.Workflows;

/// <summary>
/// Times of the calendar by the five fields of crontab(5): minute, hour, day of month, month, day of week (0 and 7 are Sunday), each <c>*</c>, a number, a range, a list
/// or a step. Where both days are given, either is enough, as there.
/// </summary>
public sealed class CronSchedule
{
    private const int DaysToLook = 366 * 8;
    private static readonly (int Min, int Max)[] Ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    private readonly bool[][] _fields;
    private readonly bool _anyDay;
    private readonly bool _anyWeekday;

    private CronSchedule(bool[][] fields, bool anyDay, bool anyWeekday) => (_fields, _anyDay, _anyWeekday) = (fields, anyDay, anyWeekday);

    /// <summary>Reads the five fields; false when they are none, or never meet.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CronSchedule? schedule)
    {
        schedule = null;
        var parts = text?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not { Length: 5 } || text!.Length > 100) return false;
        var fields = new bool[5][];
        for (var i = 0; i < 5; i++)
            if (Field(parts[i], Ranges[i]) is not { } field) return false;
            else fields[i] = field;
        fields[4][0] |= fields[4][7];
        var made = new CronSchedule(fields, parts[2] == "*", parts[4] == "*");
        if (made.Next(DateTimeOffset.UnixEpoch, "UTC") is null) return false;
        schedule = made;
        return true;
    }

    /// <summary>
    /// The first time after the instant, by the clocks of the zone; null when there is none in eight years. A time that a change of the clocks leaves out is skipped, one that comes twice counts
    /// the first time.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no such zone.</exception>
    public DateTimeOffset? Next(DateTimeOffset after, string zone)
    {
        var (clocks, first) = (TimeZones.Zone(zone), TimeZones.DayIn(zone, after));
        for (var days = 0; days < DaysToLook; days++)
        {
            var day = first.AddDays(days);
            if (!IsOn(day)) continue;
            for (var hour = 0; hour < 24; hour++)
            {
                if (!_fields[1][hour]) continue;
                for (var minute = 0; minute < 60; minute++)
                {
                    if (!_fields[0][minute]) continue;
                    var local = day.ToDateTime(new TimeOnly(hour, minute));
                    if (clocks.IsInvalidTime(local)) continue;
                    var offset = clocks.IsAmbiguousTime(local) ? clocks.GetAmbiguousTimeOffsets(local).Max() : clocks.GetUtcOffset(local);
                    var instant = new DateTimeOffset(local, offset).ToUniversalTime();
                    if (instant > after) return instant;
                }
            }
        }
        return null;
    }

    private bool IsOn(DateOnly day)
    {
        if (!_fields[3][day.Month]) return false;
        var (byDay, byWeekday) = (_fields[2][day.Day], _fields[4][(int)day.DayOfWeek]);
        return _anyDay ? byWeekday : _anyWeekday ? byDay : byDay || byWeekday;
    }

    private static bool[]? Field(string text, (int Min, int Max) range)
    {
        var field = new bool[range.Max + 1];
        foreach (var part in text.Split(','))
        {
            var (bare, step) = part.Split('/') is [var before, var after] ? (before, Number(after)) : (part, 1);
            if (step is not > 0 || bare.Contains('/')) return null;
            var (from, to) = bare == "*" ? (range.Min, range.Max) : bare.Split('-') switch
            {
                [var one] => (Number(one), part.Contains('/') ? range.Max : Number(one)),
                [var low, var high] => (Number(low), Number(high)),
                _ => (-1, -1),
            };
            if (from < range.Min || to > range.Max || from > to) return null;
            for (var i = from; i <= to; i += step) field[i] = true;
        }
        return field;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
