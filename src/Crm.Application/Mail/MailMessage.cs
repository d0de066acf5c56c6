namespace Crm.Application.Mail;

/// <summary>What a message says (RFC 5322).</summary>
internal sealed record MailMessage
{
    /// <summary>Who sent it: the first address of From.</summary>
    public required MailAddress From { get; init; }
    /// <summary>To whom.</summary>
    public required IReadOnlyList<MailAddress> To { get; init; }
    /// <summary>Who had a copy.</summary>
    public required IReadOnlyList<MailAddress> Cc { get; init; }
    /// <summary>What it is about, on one line.</summary>
    public required string Subject { get; init; }
    /// <summary>Its text; of one that has HTML only, what that says.</summary>
    public required string Text { get; init; }
    /// <summary>True when the text was longer than what is kept.</summary>
    public bool IsTextCut { get; init; }
    /// <summary>What the sender's system calls it, with its angle brackets; null when it has no name.</summary>
    public string? MessageId { get; init; }
    /// <summary>When it was written, as it says; null when it does not say.</summary>
    public string? Date { get; init; }
    /// <summary>The message it answers.</summary>
    public string? InReplyTo { get; init; }
    /// <summary>True when a machine sent it by itself (RFC 3834): an answer to absence, a bounce, a list.</summary>
    public bool IsAutomatic { get; init; }
    /// <summary>The names of what is attached.</summary>
    public required IReadOnlyList<string> Attachments { get; init; }
}
