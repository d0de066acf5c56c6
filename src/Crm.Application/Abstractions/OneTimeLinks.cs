using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>
/// Makes the tokens that links of e-mails carry. A token follows from an id and a key of the service's, so that it can be made again when the
/// e-mail is sent, after the commit, and is kept nowhere: the database knows its hash.
/// </summary>
public interface IOneTimeTokens
{
    /// <summary>The token of the id, always the same; for another purpose it is another.</summary>
    string Of(string purpose, Guid id);
}

/// <summary>Where people open the links of e-mails.</summary>
public interface IWebLinks
{
    /// <summary>The address of the web application's page with the token; null when there is no web application.</summary>
    string? To(string page, string token);
}

/// <summary>Finds the invitation behind a link, before a tenant is known.</summary>
public interface IInvitationLinks
{
    /// <summary>What <see cref="IOneTimeTokens"/> makes the tokens of invitations for.</summary>
    const string Purpose = "invitation";

    /// <summary>Keeps the link that counts from now on, in the command's transaction; the invitation's other links are worth nothing.</summary>
    Task KeepAsync(Guid invitationId, Guid tokenId, EmailAddress email, DateTimeOffset expiresAt, CancellationToken ct);

    /// <summary>What the token leads to; null when it is none of ours, or another was sent after it.</summary>
    Task<InvitationLink?> FindAsync(string token, CancellationToken ct);
}

/// <summary>Who is invited where.</summary>
public sealed record InvitationLink(Guid InvitationId, EmailAddress Email, Guid TenantId, TenantProfile Tenant, bool IsSuspended);

/// <summary>Resets of passwords that were asked for: good once, for an hour.</summary>
public interface IPasswordResets
{
    /// <summary>What <see cref="IOneTimeTokens"/> makes their tokens for.</summary>
    const string Purpose = "password-reset";

    /// <summary>The outbox sink that sends their e-mails.</summary>
    const string Sink = "email.password-reset";

    /// <summary>Keeps a reset and hands its e-mail to the outbox, in one transaction of its own. More than five in an hour are silently not sent.</summary>
    Task RequestAsync(UserAccount account, CancellationToken ct);

    /// <summary>What the token stands for; null when it is none of ours.</summary>
    Task<PasswordReset?> FindAsync(string token, CancellationToken ct);

    /// <summary>Where the e-mail of a reset goes; null when it is good no more.</summary>
    Task<EmailAddress?> RecipientAsync(Guid resetId, CancellationToken ct);

    /// <summary>Uses the token up: keeps the password and ends all sessions of the user and all other resets. False when somebody was faster.</summary>
    Task<bool> UseAsync(string token, string passwordHash, CancellationToken ct);
}

/// <summary>A reset's state.</summary>
/// <param name="IsGood">Neither used nor expired.</param>
public sealed record PasswordReset(Guid UserId, bool IsGood);
