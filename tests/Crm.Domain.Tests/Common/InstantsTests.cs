using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class InstantsTests
{
    [Theory]
    [InlineData("2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z")]
    [InlineData("2026-03-01t09:30:00z", "2026-03-01T09:30:00Z")]
    [InlineData("2026-03-01T09:30:00+02:00", "2026-03-01T07:30:00Z")]
    [InlineData("2026-03-01T09:30:00-23:59", "2026-03-02T09:29:00Z")]
    [InlineData("2026-03-01T09:30:00-00:00", "2026-03-01T09:30:00Z")]
    [InlineData("2026-03-01T09:30:00.1Z", "2026-03-01T09:30:00.1Z")]
    [InlineData("2026-03-01T09:30:00.1234567899Z", "2026-03-01T09:30:00.123456Z")]
    [InlineData("2026-03-01T09:30:00.0000009Z", "2026-03-01T09:30:00Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")]
    [InlineData("2017-01-01T00:59:60.5+01:00", "2017-01-01T00:00:00.5Z")]
    public void An_instant_is_read_as_UTC_to_the_microsecond(string text, string expected)
    {
        Instants.TryParseInstant(text, out var instant).ShouldBeTrue();
        instant.Offset.ShouldBe(TimeSpan.Zero);
        Instants.FormatInstant(instant).ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-03-01")]
    [InlineData("2026-03-01T09:30Z")]
    [InlineData("2026-03-01T09:30:00")]
    [InlineData("2026-03-01 09:30:00Z")]
    [InlineData("2026-03-01T09:30:00.Z")]
    [InlineData("2026-03-01T09:30:00,5Z")]
    [InlineData("2026-03-01T09:30:00.5")]
    [InlineData("2026-03-01T24:00:00Z")]
    [InlineData("2026-03-01T09:60:00Z")]
    [InlineData("2026-03-01T09:30:60Z")]
    [InlineData("2026-03-01T09:30:00+0200")]
    [InlineData("2026-03-01T09:30:00+02")]
    [InlineData("2026-03-01T09:30:00+24:00")]
    [InlineData("2026-03-01T09:30:00+01:60")]
    [InlineData("2026-03-01T09:30:00Z ")]
    [InlineData(" 2026-03-01T09:30:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-03-0১T09:30:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("2016-12-30T23:59:60Z")]
    public void What_is_no_instant_is_refused(string? text) => Instants.TryParseInstant(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2024-02-29", true)]
    [InlineData("0001-01-01", true)]
    [InlineData("9999-12-31", true)]
    [InlineData("2023-02-29", false)]
    [InlineData("0000-01-01", false)]
    [InlineData("2024-2-29", false)]
    [InlineData("2024-02-29T00:00:00Z", false)]
    [InlineData("২০২৪-02-29", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_date_is_read_only_in_full(string? text, bool valid)
    {
        Instants.TryParseDate(text, out var date).ShouldBe(valid);
        if (valid)
            Instants.FormatDate(date).ShouldBe(text);
    }

    [Theory]
    [InlineData("2EB8AA08-aa98-11ea-b4aa-73b441d16380", true)]
    [InlineData("00000000-0000-0000-0000-000000000000", true)]
    [InlineData("2eb8aa08aa9811eab4aa73b441d16380", false)]
    [InlineData("{2eb8aa08-aa98-11ea-b4aa-73b441d16380}", false)]
    [InlineData("+eb8aa08-aa98-11ea-b4aa-73b441d16380", false)]
    [InlineData("0x000008-aa98-11ea-b4aa-73b441d16380", false)]
    [InlineData(" eb8aa08-aa98-11ea-b4aa-73b441d16380", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_uuid_is_read_only_with_its_hyphens(string? text, bool valid) => Instants.TryParseUuid(text, out _).ShouldBe(valid);

    [Fact]
    public void Cutting_drops_what_the_database_does_not_keep()
    {
        var instant = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        Instants.CutToMicroseconds(instant).ShouldBe(new DateTimeOffset(2026, 3, 1, 7, 30, 0, TimeSpan.Zero).AddTicks(1_234_560));
        Instants.CutToMicroseconds(instant).Offset.ShouldBe(TimeSpan.Zero);
        Instants.FormatInstant(instant).ShouldBe("2026-03-01T07:30:00.123456Z");
    }

    [Fact]
    public void The_instants_of_the_JSON_Schema_suite_come_out_as_they_say() => SharedData.FormatCases("date-time.json")
        .Where(test => Instants.TryParseInstant(test.Text, out _) != test.Valid).ShouldBeEmpty();

    [Fact]
    public void The_dates_of_the_JSON_Schema_suite_come_out_as_they_say() => SharedData.FormatCases("date.json")
        .Where(test => Instants.TryParseDate(test.Text, out _) != test.Valid).ShouldBeEmpty();

    [Fact]
    public void The_uuids_of_the_JSON_Schema_suite_come_out_as_they_say() => SharedData.FormatCases("uuid.json")
        .Where(test => Instants.TryParseUuid(test.Text, out _) != test.Valid).ShouldBeEmpty();
}
