using System.Text;
using Crm.Application.Mail;

namespace Crm.Application.Tests.Mail;

/// <summary>Messages as mail servers hand them over.</summary>
public sealed class MailParserTests
{
    [Fact]
    public void A_plain_message_says_who_what_and_to_whom()
    {
        var mail = Parse("""
            Received: from mx.example.com
            From: "Byron, Ada" <Ada.Byron@Example.com>
            To: sales@example.org, Team: one@example.org, "Two" <two@example.org>; (a comment) three@example.org
            Cc: Charles <charles@example.org>
            Subject: An offer,
             please
            Date: Sun, 22 Nov 2026 10:00:00 +0000
            Message-ID: <4711@example.com> (ours)
            In-Reply-To: <1@example.org>

            What does the engine cost?
            Ada
            """);
        (mail.From.Address.Value, mail.From.Name, mail.Subject, mail.Text).ShouldBe(("ada.byron@example.com", "Byron, Ada", "An offer, please", "What does the engine cost?\nAda"));
        mail.To.Select(a => a.Address.Value).ShouldBe(["sales@example.org", "one@example.org", "two@example.org", "three@example.org"]);
        mail.Cc.ShouldHaveSingleItem().Name.ShouldBe("Charles");
        (mail.MessageId, mail.InReplyTo, mail.IsAutomatic).ShouldBe(("<4711@example.com>", "<1@example.org>", false));
    }

    [Theory]
    [InlineData("=?utf-8?B?0J7RhNC10YDRgtCw?=", "Оферта")]
    [InlineData("=?ISO-8859-1?Q?Gr=FC=DFe_aus?= =?ISO-8859-1?Q?_K=F6ln?=", "Grüße aus Köln")]
    [InlineData("=?windows-1251?B?z/Do4uXy?= Ada", "Привет Ada")]
    [InlineData("=?utf-8?B?0J7R?= =?utf-8?B?hA==?=", "Оф")]
    [InlineData("=?utf-8*bg?Q?=D0=90?=", "А")]
    [InlineData("=?x-unknown?Q?plain?=", "plain")]
    [InlineData("=?utf-8?Q?not closed", "=?utf-8?Q?not closed")]
    [InlineData("Grüße", "Grüße")]
    [InlineData("a =?utf-8?Q?b?= c", "a b c")]
    public void Words_of_headers_have_their_charsets(string subject, string meant) => Parse($"From: a@example.com\nSubject: {subject}\n\nx").Subject.ShouldBe(meant);

    [Theory]
    [InlineData("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable", "K=F6ln=\n und =3D Bonn", "Köln und = Bonn")]
    [InlineData("Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: base64", "R3LDvMOf\nZQ==", "Grüße")]
    [InlineData("Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64", "8NLJ18XU", "Привет")]
    [InlineData("Content-Type: text/plain; charset=no-such", "Grüße", "Grüße")]
    [InlineData("Content-Type: text/html; charset=utf-8", "<head><style>p{}</style></head><p>Dear&nbsp;<b>Ada</b>,</p><p>1 &lt; 2<br>yes</p><script>alert(1 > 2)</script>", "Dear Ada,\n\n1 < 2\nyes")]
    [InlineData("Content-Type: text/html", "1 < 2 <!-- <p>no</p> --> and <unclosed", "1 < 2 and")]
    [InlineData("Content-Transfer-Encoding: quoted-printable", "50 =ZZ =", "50 =ZZ")]
    [InlineData("X: y", "a\0b", "a\uFFFDb")]
    public void Texts_have_their_charsets_and_codings(string headers, string body, string meant) => Parse($"From: a@example.com\n{headers}\n\n{body}").Text.TrimEnd().ShouldBe(meant);

    [Fact]
    public void Of_parts_the_plain_text_counts_and_what_is_attached_is_named()
    {
        var mail = Parse("""
            From: a@example.com
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="outer"

            A preamble that nobody reads.
            --outer
            Content-Type: multipart/alternative; boundary=inner

            --inner
            Content-Type: text/plain; charset=utf-8

            Plain
            --inner
            Content-Type: text/html

            <p>Rich</p>
            --inner--
            --outer
            Content-Type: application/pdf
            Content-Disposition: attachment; filename*0*=utf-8''%D0%9E%D1%84; filename*1*=%D0%B5%D1%80%D1%82%D0%B0.pdf
            Content-Transfer-Encoding: base64

            JVBERi0=
            --outer
            Content-Type: text/plain; name="=?utf-8?Q?Gr=C3=BC=C3=9Fe.txt?="

            Not the text
            --outer
            Content-Type: message/rfc822

            From: b@example.com

            Forwarded
            --outer--
            An epilogue.
            """);
        mail.Text.ShouldBe("Plain");
        mail.Attachments.ShouldBe(["Оферта.pdf", "Grüße.txt", "message/rfc822"]);
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied", true)]
    [InlineData("Auto-Submitted: no (by hand)", false)]
    [InlineData("Precedence: bulk", true)]
    [InlineData("List-Id: <news.example.com>", true)]
    [InlineData("Return-Path: <>", true)]
    [InlineData("Return-Path: <a@example.com>", false)]
    [InlineData("Content-Type: multipart/report; boundary=b", true)]
    public void A_machine_is_known_by_its_word(string header, bool isAutomatic) => Parse($"From: a@example.com\n{header}\n\n--b\n\nx\n--b--").IsAutomatic.ShouldBe(isAutomatic);

    [Theory]
    [InlineData("From ada Sun Nov 22 2026\r\nFrom: a@example.com\r\n\r\nText\r\n", "Text")]
    [InlineData("From: a@example.com", "")]
    [InlineData("From : a@example.com (Ada Byron)\n\nText", "Text")]
    [InlineData("From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nNever ended", "Never ended")]
    public void What_mail_servers_leave_out_is_none_of_the_sender_s_fault(string raw, string text) => MailParser.Parse(Encoding.UTF8.GetBytes(raw)).Text.ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData("\n\nText")]
    [InlineData("Text without headers")]
    [InlineData(" folded: first\nFrom: a@example.com\n\n")]
    [InlineData("Subject: x\n\nText")]
    [InlineData("From: nobody\n\nText")]
    [InlineData("From: a@example.com\nSub\0ject: x\n\n")]
    [InlineData("From: a@example.com\nNo header\n\nText")]
    [InlineData("From: a@example.com\nContent-Type: multipart/mixed\n\nText")]
    [InlineData("From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\nText")]
    public void What_is_no_message_is_refused(string raw) => Should.Throw<MalformedMailException>(() => MailParser.Parse(Encoding.UTF8.GetBytes(raw)));

    [Fact]
    public void Everything_has_an_end()
    {
        Refused($"From: a@example.com\n{string.Concat(Enumerable.Range(0, MailHeaders.Most).Select(i => $"X-{i}: y\n"))}\n").ShouldContain("headers");
        Refused($"From: a@example.com\nSubject: {new string('x', MailHeaders.MostBytes)}\nTo: b@example.com\n\n").ShouldContain("bytes of headers");
        var nested = new StringBuilder("From: a@example.com\n");
        for (var i = 0; i <= MailParser.Deepest; i++) nested.Append($"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        Refused(nested.ToString()).ShouldContain("nested");
        Refused($"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n{string.Concat(Enumerable.Repeat("--b\n\nx\n", MailParser.MostParts))}--b--").ShouldContain("parts");
        var longest = Parse($"From: a@example.com\n\n{new string('x', MailParser.LongestText - 1)}😀");
        (longest.Text.Length, longest.IsTextCut).ShouldBe((MailParser.LongestText - 1, true), "no half a character");

        static string Refused(string raw) => Should.Throw<MalformedMailException>(() => Parse(raw)).Message;
    }

    [Fact]
    public void What_is_made_to_take_long_does_not()
    {
        // Each of these has tens of thousands of the beginnings of something; read again and again, they would take minutes.
        string[] bodies = [string.Concat(Enumerable.Repeat("< ", 200_000)) + ">", string.Concat(Enumerable.Repeat("<a", 200_000)), string.Concat(Enumerable.Repeat("<!--", 200_000)), string.Concat(Enumerable.Repeat("<script", 100_000)) + ">"];
        foreach (var body in bodies) Parse($"From: a@example.com\nContent-Type: text/html\n\n{body}").Text.Length.ShouldBeLessThanOrEqualTo(MailParser.LongestText);
        Parse($"From: a@example.com\nSubject: {string.Concat(Enumerable.Repeat("=?u?B?", 30_000))}\n\n").Subject.ShouldNotBeEmpty();
        Parse($"From: a@example.com\nSubject: x\n{string.Concat(Enumerable.Repeat(" y\n", 60_000))}\n").Subject.Length.ShouldBe(1_000);
        Parse($"From: a@example.com\nTo: {string.Concat(Enumerable.Repeat("(<\"", 60_000))}\n\n").To.ShouldBeEmpty();
    }

    private static MailMessage Parse(string raw) => MailParser.Parse(Encoding.UTF8.GetBytes(raw.ReplaceLineEndings("\r\n")));
}
