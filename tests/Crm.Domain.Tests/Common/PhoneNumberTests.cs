using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class PhoneNumberTests
{
    [Theory]
    [InlineData("+359 2 123 4567", null, "35921234567")]
    [InlineData("02 123 4567", "BG", "35921234567")]
    [InlineData("00359 2 123 4567", "DE", "35921234567")]
    [InlineData("(0888) 123-456", "BG", "359888123456")]
    [InlineData("359888123456", "BG", "359888123456")]
    [InlineData("+44 (0)20 7946 0958", "BG", "442079460958")]
    [InlineData("020 7946 0958", "GB", "442079460958")]
    [InlineData("tel:+1-415-555-2671", null, "14155552671")]
    [InlineData("(415) 555-2671", "US", "14155552671")]
    [InlineData("1 415 555 2671", "CA", "14155552671")]
    [InlineData("011 44 20 7946 0958", "US", "442079460958")]
    [InlineData("922-1234", "JM", "18769221234")]
    [InlineData("06 6982 1234", "IT", "390669821234")]
    [InlineData("+39 06 6982 1234", null, "390669821234")]
    [InlineData("8 (495) 123-45-67", "RU", "74951234567")]
    [InlineData("8 10 49 30 123456", "RU", "4930123456")]
    [InlineData("+7 800 123-45-67", "RU", "78001234567")]
    [InlineData("8 017 234-56-78", "BY", "375172345678")]
    [InlineData("029 234 56 78", "BY", "375292345678")]
    [InlineData("06 1 234 5678", "HU", "3612345678")]
    [InlineData("+36 06 1 234 5678", null, "3612345678")]
    [InlineData("8 612 34567", "LT", "37061234567")]
    [InlineData("0 612 34567", "LT", "37061234567")]
    [InlineData("55 1234 5678", "MX", "525512345678")]
    [InlineData("91 123 45 67", "ES", "34911234567")]
    [InlineData("0011 1 415 555 2671", "AU", "14155552671")]
    [InlineData("011 15-2345-6789", "AR", "5491123456789")]
    [InlineData("03541 15-23-4567", "AR", "5493541234567")]
    [InlineData("０３-１２３４-５６７８", "JP", "81312345678")]
    [InlineData("＋81 3 1234 5678", null, "81312345678")]
    [InlineData("0888 123 456", null, "0888123456")]
    [InlineData("+0888 123 456", "BG", "359888123456")]
    public void Two_spellings_of_a_number_have_the_same_digits(string text, string? country, string digits) =>
        PhoneNumber.Parse(text).Digits(country).ShouldBe(digits);

    [Theory]
    [InlineData("+359 2 123 4567 ext. 5")]
    [InlineData("+359 2 123 4567x5")]
    [InlineData("+359 2 123 4567 x. 5")]
    [InlineData("+359 2 123 4567 #5")]
    [InlineData("+359 2 123 4567;ext=5")]
    [InlineData("+359 2 123 4567 вътр. 5")]
    [InlineData("+359 2 123 4567, +359 2 765 4321")]
    [InlineData("+359 2 123 4567 / +359 2 765 4321")]
    [InlineData("office: +359 2 123 4567 (after 17:00)")]
    public void Extensions_and_what_follows_are_dropped(string text) => PhoneNumber.Parse(text).Digits("BG").ShouldBe("35921234567");

    [Theory]
    [InlineData("")]
    [InlineData("n/a")]
    [InlineData("+")]
    [InlineData("00")]
    [InlineData("ext. five")]
    [InlineData("1234567890123456")]
    public void Where_there_is_no_number_there_are_no_digits(string text) => PhoneNumber.Parse(text).Digits("BG").ShouldBeNull();

    [Theory]
    [InlineData("DE")]
    [InlineData("XX")]
    [InlineData("")]
    public void A_number_with_a_plus_needs_no_country(string country) => PhoneNumber.Parse("+359 888 123456").Digits(country).ShouldBe("359888123456");

    [Fact]
    public void A_number_is_any_text_of_at_most_fifty_characters_kept_as_sent()
    {
        PhoneNumber.Parse(" call Ivan ").Text.ShouldBe(" call Ivan ");
        PhoneNumber.Parse(new string('1', 50)).Text.Length.ShouldBe(50);
        Should.Throw<CrmException>(() => PhoneNumber.Parse(new string('1', 51), "mobile")).Errors.ShouldNotBeNull().Keys.ShouldBe(["mobile"]);
        Should.Throw<CrmException>(() => PhoneNumber.Parse(null));
    }

    [Fact]
    public void Countries_that_share_a_calling_code_share_the_trunk_prefix() => Country.All
        .GroupBy(country => country.DialCode, country => DiallingPlan.Find(country.Code).ShouldNotBeNull().Trunk)
        .Where(trunks => trunks.Distinct().Count() > 1).ShouldBeEmpty();

    [Fact]
    public void The_example_numbers_of_every_country_read_the_same_from_home_and_from_abroad()
    {
        if (SharedData.Find("reference/PhoneNumberMetadata.xml") is not { } path)
            return;
        var examples = PhoneExamples.Read(path).Where(example => Country.IsKnown(example.Country)).ToList();
        examples.Count.ShouldBeGreaterThan(1000);
        examples.SelectMany(example => example.Spellings
                .Select(spelling => (example.Country, spelling, example.Digits, Got: PhoneNumber.Parse(spelling).Digits(example.Country)))
                .Where(result => result.Got != (result.Digits.Length > 15 ? null : result.Digits)))
            .ShouldBeEmpty();
    }
}
