using Crm.Application.Notifications;

namespace Crm.Application.Tests.Notifications;

/// <summary>When a digest is due follows from the member's hour and zone, whenever somebody looks.</summary>
public sealed class DigestTests
{
    [Theory]
    [InlineData(DigestRhythm.Daily, 8, "UTC", "2026-03-04T08:00:00Z", "2026-03-04T08:00:00Z")]
    [InlineData(DigestRhythm.Daily, 8, "UTC", "2026-03-04T07:59:00Z", "2026-03-03T08:00:00Z")]
    [InlineData(DigestRhythm.Daily, 8, "Europe/Sofia", "2026-03-04T06:00:00Z", "2026-03-04T06:00:00Z")]
    [InlineData(DigestRhythm.Daily, 8, "Europe/Sofia", "2026-07-04T05:00:00Z", "2026-07-04T05:00:00Z")]
    [InlineData(DigestRhythm.Daily, 23, "America/New_York", "2026-01-02T03:00:00Z", "2026-01-01T04:00:00Z")]
    // On 29 March 2026 the clock in Sofia goes from 3 to 4: the hour that is left out is the next.
    [InlineData(DigestRhythm.Daily, 3, "Europe/Sofia", "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData(DigestRhythm.Weekly, 8, "UTC", "2026-03-04T12:00:00Z", "2026-03-02T08:00:00Z")]
    [InlineData(DigestRhythm.Weekly, 8, "UTC", "2026-03-02T07:00:00Z", "2026-02-23T08:00:00Z")]
    [InlineData(DigestRhythm.Weekly, 8, "UTC", "2026-03-08T23:00:00Z", "2026-03-02T08:00:00Z")]
    public void The_last_one_due_is(DigestRhythm rhythm, int hour, string zone, string now, string due) =>
        SendDigests.LastDue(new DigestReader(Guid.Empty, rhythm, hour, zone, default), "UTC", DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe(DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
}
