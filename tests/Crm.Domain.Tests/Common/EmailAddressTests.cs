using System.Xml.Linq;
using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class EmailAddressTests
{
    [Theory]
    [InlineData("ivan@example.com")]
    [InlineData("i@b")]
    [InlineData("o'neil+crm@example.co.uk")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("\"a\\\"@b\"@example.com")]
    [InlineData("\"\"@example.com")]
    [InlineData("a@[192.0.2.1]")]
    [InlineData("a@[IPv6:2001:db8::1]")]
    [InlineData("a@[IPv6:::]")]
    [InlineData("a@[IPv6:::192.0.2.1]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:192.0.2.1]")]
    [InlineData("a@xn--bcher-kva.example")]
    public void An_address_is_accepted(string text) => EmailAddress.TryParse(text, out _).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("a")]
    [InlineData("a@")]
    [InlineData("@b.example")]
    [InlineData(" a@b.example")]
    [InlineData("a@b.example ")]
    [InlineData("a@b.example\n")]
    [InlineData("a b@b.example")]
    [InlineData("a..b@b.example")]
    [InlineData(".a@b.example")]
    [InlineData("a.@b.example")]
    [InlineData("a@b@c.example")]
    [InlineData("a@-b.example")]
    [InlineData("a@b-.example")]
    [InlineData("a@b..example")]
    [InlineData("a@b.example.")]
    [InlineData("a@b_c.example")]
    [InlineData("a(c)@b.example")]
    [InlineData("\"a@b.example")]
    [InlineData("\"a\"b@b.example")]
    [InlineData("\"a\u0007\"@b.example")]
    [InlineData("\"a\\")]
    [InlineData("a@[192.0.2.256]")]
    [InlineData("a@[192.0.2]")]
    [InlineData("a@[ 92.0.2.1]")]
    [InlineData("a@[]")]
    [InlineData("a@[IPv6:]")]
    [InlineData("a@[IPv6:1::2::3]")]
    [InlineData("a@[IPv6:1:2:3:4:5:6:7::]")]
    [InlineData("a@[IPv6:192.0.2.1::]")]
    [InlineData("a@[x-tag:1]")]
    [InlineData("ü@example.com")]
    [InlineData("a@bücher.example")]
    [InlineData("a\0@example.com")]
    public void What_is_no_address_is_refused(string? text) => EmailAddress.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void The_local_part_has_at_most_64_characters_a_label_63_and_all_254()
    {
        Accepts(new string('a', 64) + "@example.com").ShouldBeTrue();
        Accepts(new string('a', 65) + "@example.com").ShouldBeFalse();
        Accepts("a@" + new string('b', 63) + ".com").ShouldBeTrue();
        Accepts("a@" + new string('b', 64) + ".com").ShouldBeFalse();
        var longest = "a@" + string.Concat(Enumerable.Repeat("b.", 125)) + "cc";
        longest.Length.ShouldBe(254);
        Accepts(longest).ShouldBeTrue();
        Accepts(longest + "c").ShouldBeFalse();
    }

    [Fact]
    public void An_address_is_kept_in_lower_case_and_can_be_read_back()
    {
        var email = EmailAddress.Parse("Ivan.IVANOV@Example.COM");
        email.Value.ShouldBe("ivan.ivanov@example.com");
        email.Domain.ShouldBe("example.com");
        email.ShouldBe(EmailAddress.Parse("ivan.ivanov@example.com"));
        EmailAddress.Parse(EmailAddress.Parse("a@[IPv6:2001:DB8::1]").Value).Value.ShouldBe("a@[ipv6:2001:db8::1]");
    }

    [Fact]
    public void A_refusal_names_the_member() => Should.Throw<CrmException>(() => EmailAddress.Parse("nobody", "emails[2]"))
        .Errors.ShouldNotBeNull().Keys.ShouldBe(["emails[2]"]);

    [Fact]
    public void The_cases_of_isemail_come_out_as_their_category_says()
    {
        if (SharedData.Find("badinput/isemail.xml") is not { } path)
            return;
        var cases = XDocument.Load(path).Descendants("test").Select(test => (
            Text: new string([.. test.Element("address")!.Value.Select(c => c is >= '\u2400' and <= '\u2420' ? (char)(c - '\u2400') : c)]),
            Category: test.Element("category")!.Value)).ToList();
        cases.Count.ShouldBeGreaterThan(150);
        cases.Where(test => Accepts(test.Text) != (test.Category is "ISEMAIL_VALID_CATEGORY" or "ISEMAIL_RFC5321" or "ISEMAIL_DNSWARN"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_cases_of_the_JSON_Schema_suite_come_out_as_they_say() =>
        SharedData.FormatCases("email.json").Where(test => Accepts(test.Text) != test.Valid).ShouldBeEmpty();

    private static bool Accepts(string text) => EmailAddress.TryParse(text, out _);
}
