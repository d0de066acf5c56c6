using System.Net;
using System.Net.Mail;
using System.Text;
using Crm.Application.Abstractions;

namespace Crm.Infrastructure.Email;

/// <summary>Sends through a mail server (SMTP with STARTTLS). The token ends a send that takes too long.</summary>
internal sealed class SmtpEmailSender(EmailSettings settings) : IEmailSender
{
    public async Task SendAsync(EmailMessage message, CancellationToken ct)
    {
        using var mail = new MailMessage
        {
            From = new MailAddress(settings.From.Value, Eml.OneLine(message.FromName), Encoding.UTF8),
            Subject = Eml.OneLine(message.Subject),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            Body = message.Text,
            BodyEncoding = Encoding.UTF8,
        };
        mail.To.Add(new MailAddress(message.To.Value, Eml.OneLine(message.ToName ?? ""), Encoding.UTF8));
        mail.Headers.Add("Message-ID", Eml.MessageId(message.Id, settings.From));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        if (message.Attachment is { } attachment) mail.Attachments.Add(new Attachment(new MemoryStream(attachment.Content, writable: false), Eml.FileName(attachment.Name), attachment.MediaType));
        using var client = new SmtpClient(settings.Host!, settings.Port) { EnableSsl = settings.StartTls };
        if (!string.IsNullOrEmpty(settings.User)) client.Credentials = new NetworkCredential(settings.User, settings.Password);
        try
        {
            await client.SendMailAsync(mail, ct);
        }
        catch (SmtpFailedRecipientException e) when (e.StatusCode is SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.UserNotLocalTryAlternatePath or SmtpStatusCode.MailboxNameNotAllowed)
        {
            // The address, not the server, is what is wrong. A refused sign-in or a full mailbox (552) may be mended, so those are tried again.
            throw new UndeliverableException($"SMTP {(int)e.StatusCode} {e.StatusCode}", e);
        }
    }
}
