using Crm.Domain.Workflows;

namespace Crm.Domain.Tests.Workflows;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 9 * * 1-5", "UTC", "2026-03-06T09:00:00Z", "2026-03-09T09:00:00Z")]
    [InlineData("*/15 * * * *", "UTC", "2026-03-01T10:07:30Z", "2026-03-01T10:15:00Z")]
    [InlineData("0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("30 8,17 1 1-6 *", "UTC", "2026-01-01T08:30:00Z", "2026-01-01T17:30:00Z")]
    [InlineData("0 0 13 * 5", "UTC", "2026-03-01T00:00:00Z", "2026-03-06T00:00:00Z")]
    [InlineData("0 0 * * 7", "UTC", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("5/20 12 * * *", "UTC", "2026-03-01T12:05:00Z", "2026-03-01T12:25:00Z")]
    [InlineData("0 9 * * *", "Europe/Sofia", "2026-01-15T00:00:00Z", "2026-01-15T07:00:00Z")]
    [InlineData("0 9 * * *", "Europe/Sofia", "2026-07-15T00:00:00Z", "2026-07-15T06:00:00Z")]
    [InlineData("30 3 * * *", "Europe/Sofia", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z")] // the hour is left out on the 29th
    [InlineData("30 3 * * *", "Europe/Sofia", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")] // it comes twice: the first time
    [InlineData("30 3 * * *", "Europe/Sofia", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public void The_next_time_is_by_the_clocks_of_the_zone(string cron, string zone, string after, string next)
    {
        CronSchedule.TryParse(cron, out var schedule).ShouldBeTrue();
        schedule!.Next(DateTimeOffset.Parse(after), zone).ShouldBe(DateTimeOffset.Parse(next));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("1/2/3 * * * *")]
    [InlineData("a * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("0 0 30 2 *")]
    public void What_is_no_schedule_or_never_comes_is_refused(string? cron) => CronSchedule.TryParse(cron, out _).ShouldBeFalse();
}
