using System.Diagnostics.CodeAnalysis;

namespace Crm.Domain.Common;

/// <summary>
/// An e-mail address as RFC 5321 (Mailbox) writes it: at most 254 characters, a dot-atom or quoted local part of at most 64, a domain of
/// letters, digits and hyphens or an IPv4/IPv6 literal; no comments, folding or obsolete forms, ASCII only. Kept in lower case, so two
/// spellings of one address are equal.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>The longest address a mail system has to accept (RFC 3696, erratum 1690).</summary>
    public const int MaxLength = 254;

    private EmailAddress(string value) => Value = value;

    /// <summary>The address in lower case.</summary>
    public string Value { get; }

    /// <summary>The part behind the last @, in lower case.</summary>
    public string Domain => Value[(Value.LastIndexOf('@') + 1)..];

    /// <summary>Whether the text is an address; nothing is trimmed.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? email)
    {
        email = text is { Length: <= MaxLength } && MailboxSyntax.Matches(text) ? new EmailAddress(text.ToLowerInvariant()) : null;
        return email is not null;
    }

    /// <summary>The address. Errors: validation on <paramref name="member"/>.</summary>
    public static EmailAddress Parse(string? text, string member = "email") =>
        TryParse(text, out var email) ? email : throw CrmException.Validation(member, "This is not an e-mail address.");

    /// <summary>The address in lower case.</summary>
    public override string ToString() => Value;
}
