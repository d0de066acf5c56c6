using System.Net.Mail;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Email;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Outside;

public sealed class SmtpTests
{
    private static readonly EmailMessage Message = new(Guid.CreateVersion7(), EmailAddress.Parse("ada@example.com"), "Ада\r\nBcc: x@example.com", "Аналитика ООД", "Добре дошли", "Здравейте.\n");

    [Fact]
    public async Task A_message_reaches_the_mail_server()
    {
        await using var server = new MailServer();

        await Sender(server).SendAsync(Message, TestContext.Current.CancellationToken);

        var received = await server.Received;
        received.ShouldContain("MAIL FROM:<crm@example.org>");
        received.ShouldContain("RCPT TO:<ada@example.com>");
        received.ShouldContain($"Message-ID: <{Message.Id:N}@example.org>", Case.Insensitive);
        received.ShouldContain("Subject: =?utf-8?B?0JTQvtCx0YDQtSDQtNC+0YjQu9C4?=");
        received.ShouldContain("0JfQtNGA0LDQstC10LnRgtC1Lg");
        received.ShouldNotContain("\nBcc:");
    }

    [Fact]
    public async Task What_goes_with_a_message_reaches_the_mail_server()
    {
        await using var server = new MailServer();

        await Sender(server).SendAsync(Message with { Attachment = new EmailAttachment("2026-000001.pdf", "application/pdf", "%PDF-1.7"u8.ToArray()) }, TestContext.Current.CancellationToken);

        var received = await server.Received;
        received.ShouldContain("multipart/mixed");
        received.ShouldContain("application/pdf; name=2026-000001.pdf");
        received.ShouldContain(Convert.ToBase64String("%PDF-1.7"u8));
        received.ShouldContain("0JfQtNGA0LDQstC10LnRgtC1Lg");
    }

    [Theory]
    [InlineData("550 no such mailbox ada@example.com", "SMTP 550 MailboxUnavailable")]
    [InlineData("551 ada@example.com is not ours", "SMTP 551 UserNotLocalTryAlternatePath")]
    [InlineData("553 ada@example.com is no address", "SMTP 553 MailboxNameNotAllowed")]
    public async Task A_mailbox_that_does_not_exist_is_refused_for_good_and_not_named(string answer, string kept)
    {
        await using var server = new MailServer { AnswerToRecipient = answer };

        var error = await Should.ThrowAsync<UndeliverableException>(() => Sender(server).SendAsync(Message, TestContext.Current.CancellationToken));

        error.Message.ShouldBe(kept);
    }

    [Theory]
    [InlineData("450 ada@example.com is locked", "SMTP 450 MailboxBusy")]
    [InlineData("451 greylisted, try again later", "SMTP 451 LocalErrorInProcessing")]
    [InlineData("552 ada@example.com is full", "SMTP 552 ExceededStorageAllocation")]
    public async Task What_may_be_mended_is_an_error_that_names_no_address(string answer, string kept)
    {
        await using var server = new MailServer { AnswerToRecipient = answer };

        var error = await Should.ThrowAsync<SmtpException>(() => Sender(server).SendAsync(Message, TestContext.Current.CancellationToken));

        OutboxDelivery.Describe(error).ShouldBe(kept);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_when_time_is_up()
    {
        await using var server = new MailServer { Trouble = MailTrouble.Silent };
        using var limit = new CancellationTokenSource();
        var sending = Sender(server).SendAsync(Message, limit.Token);
        await server.Connected;
        await limit.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no address")]
    public void A_mail_server_without_a_senders_address_stops_the_start(string? from) => Should.Throw<StartupException>(() => EmailSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Smtp:Host", "mail.example.org"), new("Smtp:From", from)]).Build()));

    [Fact]
    public void Encryption_is_asked_for_unless_switched_off() => EmailSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Smtp:Host", "mail.example.org"), new("Smtp:From", "crm@example.org")]).Build())
        .ShouldBe(new EmailSettings("mail.example.org", 587, null, null, EmailAddress.Parse("crm@example.org"), StartTls: true));

    private static SmtpEmailSender Sender(MailServer server) => new(new EmailSettings("127.0.0.1", server.Port, null, null, EmailAddress.Parse("crm@example.org"), StartTls: false));
}
