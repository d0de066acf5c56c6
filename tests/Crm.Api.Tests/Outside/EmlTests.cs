using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Email;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Outside;

public sealed class EmlTests
{
    private static readonly EmailAddress From = EmailAddress.Parse("crm@example.org");
    private static readonly Guid Id = Guid.Parse("01900000-0000-7000-8000-000000000001");

    [Fact]
    public void A_message_is_written_as_rfc_5322_wants_it() => Write(Message()).ShouldBe(string.Join("\r\n",
        "From: \"Org\" <crm@example.org>", "To: \"Ada Byron\" <ada@example.com>", "Subject: Welcome", "Date: Sun, 01 Mar 2026 09:30:00 +0000",
        "Message-ID: <01900000000070008000000000000001@example.org>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 7bit", "", "Dear Ada,", "welcome.", ""));

    [Fact]
    public void A_text_that_is_no_ascii_or_has_too_long_a_line_is_encoded()
    {
        foreach (var text in (string[])["Здравейте,\nАда.", new string('x', 999), "a\0b"])
        {
            var mail = Write(Message() with { Text = text });
            MailText.Header(mail, "Content-Transfer-Encoding").ShouldBe("base64");
            MailText.Body(mail).ShouldBe(text.Replace("\n", "\r\n"));
            mail.Split("\r\n").ShouldAllBe(line => line.Length <= 76);
        }
        MailText.Header(Write(Message() with { Text = new string('x', 998) }), "Content-Transfer-Encoding").ShouldBe("7bit");
    }

    [Fact]
    public void What_goes_with_a_message_is_a_part_of_its_own()
    {
        byte[] content = [.. Enumerable.Range(0, 1_000).Select(i => (byte)i)];
        foreach (var text in (string[])["Dear Ada,\n--\nwelcome.", "Здравейте,\nАда."])
        {
            var mail = Write(Message() with { Text = text, Attachment = new EmailAttachment("Фактура \"1\"\r\nX: y/2.pdf", "application/pdf", content) });
            MailText.Body(mail).ShouldBe(text.Replace("\n", "\r\n"));
            MailText.Attachment(mail).Content.ShouldBe(content);
            MailText.Attachment(mail).Name.ShouldBe("---------1---X--y-2.pdf");
            mail.Split("\r\n").ShouldAllBe(line => line.Length <= 76);
            mail.ShouldAllBe(c => c < 128);
            MailText.Header(mail, "Content-Type").Split("boundary=")[1].Trim('"').Length.ShouldBeLessThanOrEqualTo(70);
        }
    }

    [Theory]
    [InlineData("Добре дошли в Аналитика ООД и във всички нейни дъщерни дружества по света 🎉🎉🎉")]
    [InlineData("A subject of nothing but ASCII that is far longer than what a line of an e-mail should ever be, and then some more")]
    [InlineData("=?utf-8?B?cGxhaW4=?=")]
    [InlineData("tab\there")]
    public void A_subject_survives_whatever_it_contains(string subject)
    {
        var mail = Write(Message() with { Subject = subject });
        MailText.Header(mail, "Subject").ShouldBe(subject.Replace('\t', ' '));
        mail.Split("\r\n").ShouldAllBe(line => line.Length <= 76);
        mail.ShouldAllBe(c => c < 128);
    }

    [Theory]
    [InlineData("a\r\nBcc: b@example.com")]
    [InlineData("a\nBcc: b@example.com")]
    [InlineData("a\u0085Bcc: b@example.com\u2028x")]
    public void Nothing_in_a_name_or_subject_ends_its_header(string text)
    {
        var head = Write(Message() with { Subject = text, ToName = text, FromName = text }).Split("\r\n\r\n")[0];
        head.Split("\r\n").Count(line => !line.StartsWith(' ')).ShouldBe(9);
        head.Replace("\r\n", "").ShouldNotContain('\n');
    }

    [Fact]
    public void Quotes_in_a_name_are_escaped() =>
        Write(Message() with { ToName = "Ada \"the\\Countess\" Byron" }).ShouldContain("To: \"Ada \\\"the\\\\Countess\\\" Byron\" <ada@example.com>\r\n");

    [Fact]
    public async Task A_message_sent_again_replaces_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("crm-mail-").FullName;
        var sender = new FileEmailSender(new EmailSettings(null, 0, null, null, From, true),
            new ConfigurationBuilder().AddInMemoryCollection([new("CRM_DATA_DIR", folder)]).Build(), TimeProvider.System);

        await sender.SendAsync(Message(), TestContext.Current.CancellationToken);
        await sender.SendAsync(Message() with { Subject = "Again" }, TestContext.Current.CancellationToken);

        var file = Directory.GetFiles(Path.Combine(folder, "mail")).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldBe($"{Id}.eml");
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldContain("Subject: Again");
        Directory.Delete(folder, recursive: true);
    }

    private static string Write(EmailMessage message) => Encoding.UTF8.GetString(Eml.Write(message, From, new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero)));

    private static EmailMessage Message() => new(Id, EmailAddress.Parse("ada@example.com"), "Ada Byron", "Org", "Welcome", "Dear Ada,\nwelcome.");
}
