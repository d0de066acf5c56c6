using System.Text;
using Crm.Application.Identity;

namespace Crm.Application.Tests.Identity;

public sealed class TotpTests
{
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    // RFC 6238, appendix B, for SHA-1; the last six of their eight digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_codes_are_those_of_RFC_6238(long seconds, string code)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Totp.Code(Secret, Totp.StepOf(moment)).ShouldBe(code);
        Totp.Match(Secret, code, moment).ShouldBe(Totp.StepOf(moment));
    }

    // RFC 4226, appendix D.
    [Theory]
    [InlineData(0, "755224"), InlineData(1, "287082"), InlineData(2, "359152"), InlineData(3, "969429"), InlineData(4, "338314")]
    [InlineData(5, "254676"), InlineData(6, "287922"), InlineData(7, "162583"), InlineData(8, "399871"), InlineData(9, "520489")]
    public void The_codes_are_those_of_RFC_4226(long step, string code) => Totp.Code(Secret, step).ShouldBe(code);

    [Fact]
    public void The_step_before_and_the_step_after_count_and_no_other()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var step = Totp.StepOf(now);
        for (var away = -3; away <= 3; away++)
            Totp.Match(Secret, Totp.Code(Secret, step + away), now).ShouldBe(Math.Abs(away) <= 1 ? step + away : null, away.ToString());
    }

    [Theory]
    [InlineData(""), InlineData("5924"), InlineData(" 005924"), InlineData("005924 "), InlineData("0059240"), InlineData("٠٠٥٩٢٤")]
    public void Only_six_digits_are_a_code(string code) => Totp.Match(Secret, code, DateTimeOffset.FromUnixTimeSeconds(1_234_567_890)).ShouldBeNull();

    // RFC 4648, section 10, without its padding.
    [Theory]
    [InlineData("", ""), InlineData("f", "MY"), InlineData("fo", "MZXQ"), InlineData("foo", "MZXW6"), InlineData("foob", "MZXW6YQ"), InlineData("fooba", "MZXW6YTB"), InlineData("foobar", "MZXW6YTBOI")]
    public void Base_32_is_that_of_RFC_4648(string text, string encoded) => Base32.Encode(Encoding.ASCII.GetBytes(text)).ShouldBe(encoded);

    [Fact]
    public void An_account_with_odd_letters_fits_into_the_address()
    {
        var uri = new Uri(Totp.Uri(Secret, "o'neil+crm&x=?@example.com"));
        uri.Query.ShouldBe("?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Crm&algorithm=SHA1&digits=6&period=30");
        Uri.UnescapeDataString(uri.AbsolutePath).ShouldBe("/Crm:o'neil+crm&x=?@example.com");
    }

    [Fact]
    public void Recovery_codes_differ_and_are_compared_without_their_dashes()
    {
        var codes = RecoveryCodes.New();
        codes.Count.ShouldBe(10);
        codes.ShouldBeUnique();
        RecoveryCodes.Bare($" {codes[0].ToUpperInvariant()} ").ShouldBe(codes[0].Replace("-", ""));
    }
}
