using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>Sends e-mail. Called after commit, never inside a transaction.</summary>
public interface IEmailSender
{
    /// <summary>Hands the message to the mail system. Throws when that did not take it; the caller tries again later.</summary>
    /// <exception cref="UndeliverableException">The receiver's mailbox does not exist (RFC 5321 §4.2.1: a 5yz reply is not tried again).</exception>
    Task SendAsync(EmailMessage message, CancellationToken ct);
}

/// <summary>An e-mail of plain text.</summary>
/// <param name="Id">Names the message to the mail system: sent again under the same id, it is the same message.</param>
/// <param name="To">The one who gets it.</param>
/// <param name="ToName">Their name, if it is known.</param>
/// <param name="FromName">In whose name it is sent; the address is the service's.</param>
public sealed record EmailMessage(Guid Id, EmailAddress To, string? ToName, string FromName, string Subject, string Text)
{
    /// <summary>What goes with it, if anything does.</summary>
    public EmailAttachment? Attachment { get; init; }
}

/// <summary>A file that goes with an e-mail.</summary>
/// <param name="Name">What it is called, such as <c>2026-000001.pdf</c>.</param>
/// <param name="MediaType">Such as <c>application/pdf</c>.</param>
/// <param name="Content">Its bytes, at most <see cref="MostBytes"/>.</param>
public sealed record EmailAttachment(string Name, string MediaType, byte[] Content)
{
    /// <summary>The most that goes with an e-mail, in bytes: 7 MiB, which is less than 10 MiB as e-mails carry it. That much most mail systems take.</summary>
    public const int MostBytes = 7 * 1024 * 1024;
}
