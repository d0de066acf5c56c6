using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class TimeZonesTests
{
    [Theory]
    [InlineData("Europe/Sofia")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("America/Port-au-Prince")]
    [InlineData("Etc/GMT+3")]
    [InlineData("Etc/UTC")]
    [InlineData("UTC")]
    public void The_id_of_a_zone_is_known(string id) => TimeZones.IsKnown(id).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Europe")]
    [InlineData("Europe/Atlantis")]
    [InlineData("europe/sofia")]
    [InlineData("Europe/Sofia ")]
    [InlineData("Europe//Sofia")]
    [InlineData("Europe/../Europe/Sofia")]
    [InlineData("../../etc/passwd")]
    [InlineData("/usr/share/zoneinfo/UTC")]
    [InlineData("posix/Europe/Sofia")]
    [InlineData("right/Europe/Sofia")]
    [InlineData("tzdata.zi")]
    [InlineData("Factory")]
    [InlineData("FLE Standard Time")]
    [InlineData("Europe/Sofia\0")]
    [InlineData("+02:00")]
    public void What_is_no_zone_is_unknown_even_after_the_zone_was_met(string? id)
    {
        TimeZones.IsKnown("Europe/Sofia").ShouldBeTrue();
        TimeZones.IsKnown(id).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Europe/Sofia", "2026-03-01T21:59:59Z", "2026-03-01")]
    [InlineData("Europe/Sofia", "2026-03-01T22:00:00Z", "2026-03-02")]
    [InlineData("Europe/Sofia", "2026-07-01T21:00:00Z", "2026-07-02")]
    [InlineData("America/New_York", "2026-03-01T04:59:59Z", "2026-02-28")]
    [InlineData("UTC", "2026-03-01T00:00:00Z", "2026-03-01")]
    [InlineData("Europe/Sofia", "9999-12-31T23:59:59Z", "9999-12-31")]
    [InlineData("America/New_York", "0001-01-01T00:00:00Z", "0001-01-01")]
    public void The_day_is_that_of_the_zone(string zone, string instant, string day)
    {
        Instants.TryParseInstant(instant, out var parsed).ShouldBeTrue();
        Instants.FormatDate(TimeZones.DayIn(zone, parsed)).ShouldBe(day);
    }

    [Fact]
    public void The_day_in_no_zone_is_refused() =>
        Should.Throw<CrmException>(() => TimeZones.DayIn("Nowhere", DateTimeOffset.UnixEpoch)).Kind.ShouldBe(ErrorKind.Validation);
}
