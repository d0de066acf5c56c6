using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Domain.Invitations;

/// <summary>What is promised to somebody who is asked to become a member.</summary>
public record InvitationDetails : RecordDetails
{
    /// <summary>The address the link is sent to; whoever opens it has proven it.</summary>
    public required EmailAddress Email { get; init; }
    /// <summary>The person's name, at most 300 characters; he may give another when he accepts.</summary>
    public string? FullName { get; init; }
    /// <summary>What he will be.</summary>
    public Role Role { get; init; } = Role.User;
    /// <summary>What he will be permitted besides, and denied despite, his role.</summary>
    public MemberPermissions Permissions { get; init; } = MemberPermissions.None;
    /// <summary>The team he will work in.</summary>
    public Guid? TeamId { get; init; }
    /// <summary><c>en</c> or <c>bg</c>: the language of the e-mail and of the member; the tenant's when null.</summary>
    public string? Language { get; init; }
}

/// <summary>How it stands with an invitation.</summary>
public enum InvitationStatus
{
    /// <summary>It may be accepted, until it expires.</summary>
    Pending,
    /// <summary>He is a member.</summary>
    Accepted,
    /// <summary>Nobody accepted it in time. It may be sent again.</summary>
    Expired,
    /// <summary>It was taken back.</summary>
    Revoked,
}

/// <summary>
/// Asks the owner of an address to become a member, by a link that is good once and for <see cref="Life"/>. The link is made of
/// <see cref="TokenId"/> and a key of the service's; sending it again makes another, and the one before is worth nothing.
/// </summary>
public sealed class Invitation : Record<Invitation, InvitationDetails>, IUnrestricted
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private Invitation() { }

    /// <summary>How it stands; one that was never accepted stays pending here after it has expired.</summary>
    public InvitationStatus Status { get; private set; } = InvitationStatus.Pending;

    /// <summary>Names the link that counts.</summary>
    public Guid TokenId { get; private set; }

    /// <summary>When the link ends by itself.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; private set; }

    /// <summary>The member it made.</summary>
    public Guid? MemberId { get; private set; }

    /// <summary>Invites. Raises <see cref="Created{Invitation}"/> and <see cref="InvitationSent"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: it promises more than the inviter has himself. VALIDATION_FAILED.</exception>
    public static Invitation Send(Guid id, InvitationDetails details, Grantor inviter, DateTimeOffset now)
    {
        inviter.Check(details.Role, details.Permissions);
        var invitation = new Invitation { Id = id };
        invitation.Begin(details);
        invitation.Renew(now);
        return invitation;
    }

    /// <summary>Sends another link, also after the last one has expired. Raises <see cref="InvitationSent"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: it promises more than the sender has himself. INVALID_STATE: it was accepted.</exception>
    public void Resend(Grantor sender, DateTimeOffset now)
    {
        if (Status == InvitationStatus.Accepted) throw InvitationErrors.Accepted();
        sender.Check(Details.Role, Details.Permissions);
        Status = InvitationStatus.Pending;
        Renew(now);
    }

    /// <summary>Makes room for another invitation of the same address once this one has expired. Raises <see cref="InvitationExpired"/>.</summary>
    /// <exception cref="CrmException">DUPLICATE: it is still good.</exception>
    public void GiveWay(DateTimeOffset now)
    {
        if (ExpiresAt > now) throw InvitationErrors.AlreadyInvited(Id);
        Status = InvitationStatus.Expired;
        Raise(new InvitationExpired(Id));
    }

    /// <summary>Takes the invitation back. Raises <see cref="InvitationRevoked"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it was accepted.</exception>
    public void Revoke(Guid deletionId, DateTimeOffset now)
    {
        Delete(deletionId, now);
        Status = InvitationStatus.Revoked;
    }

    /// <summary>Refuses to go on unless the invitation may be accepted.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it was accepted or revoked, or has expired.</exception>
    public void EnsureOpen(DateTimeOffset now)
    {
        if (Status == InvitationStatus.Accepted) throw InvitationErrors.Accepted();
        if (Status == InvitationStatus.Revoked || DeletedAt is not null) throw InvitationErrors.Revoked();
        if (Status == InvitationStatus.Expired || ExpiresAt <= now) throw InvitationErrors.Expired();
    }

    /// <summary>The one who was asked is a member now. Raises <see cref="InvitationAccepted"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: as <see cref="EnsureOpen"/>.</exception>
    public void Accept(Guid memberId, DateTimeOffset now)
    {
        EnsureOpen(now);
        (Status, MemberId, AcceptedAt) = (InvitationStatus.Accepted, memberId, now);
        Raise(new InvitationAccepted(Id, memberId));
    }

    /// <inheritdoc/>
    protected override void Guard(InvitationDetails? before, InvitationDetails after) => Languages.Check(after.Language);

    /// <inheritdoc/>
    protected override void EnsureDeletable()
    {
        if (Status == InvitationStatus.Accepted) throw InvitationErrors.Accepted();
    }

    private protected override IDomainEvent DeletedEvent() => new InvitationRevoked(Id);

    private void Renew(DateTimeOffset now)
    {
        (TokenId, ExpiresAt) = (Ids.New(now), now + Life);
        Raise(new InvitationSent(Id, TokenId, ExpiresAt));
    }
}

/// <summary>A link was made and is to be sent.</summary>
public sealed record InvitationSent(Guid InvitationId, Guid TokenId, DateTimeOffset ExpiresAt) : IDomainEvent;

/// <summary>The one who was asked became a member.</summary>
public sealed record InvitationAccepted(Guid InvitationId, Guid MemberId) : IDomainEvent;

/// <summary>Nobody accepted it in time, and another one takes its place.</summary>
public sealed record InvitationExpired(Guid InvitationId) : IDomainEvent;

/// <summary>It was taken back.</summary>
public sealed record InvitationRevoked(Guid InvitationId) : IDomainEvent;

/// <summary>The ways in which invitations refuse.</summary>
public static class InvitationErrors
{
    /// <summary>401: the link is none of ours, or another was sent after it.</summary>
    public static CrmException Unknown() => new(ErrorKind.Unauthenticated, "UNAUTHENTICATED", "The invitation is not valid; a newer one may have been sent.");

    /// <summary>409: he accepted it already.</summary>
    public static CrmException Accepted() => CrmException.Conflict("INVALID_STATE", "The invitation was accepted already.");

    /// <summary>409: it was taken back.</summary>
    public static CrmException Revoked() => CrmException.Conflict("INVALID_STATE", "The invitation was revoked.");

    /// <summary>409: it was good for <see cref="Invitation.Life"/>.</summary>
    public static CrmException Expired() => CrmException.Conflict("INVALID_STATE", "The invitation has expired; ask for another.");

    /// <summary>409: one that is still good stands in the way.</summary>
    public static CrmException AlreadyInvited(Guid id) => new(ErrorKind.Conflict, "DUPLICATE", "The address has been invited already; send that invitation again or revoke it.",
        new Dictionary<string, string[]> { ["email"] = ["has been invited already"] })
    { ExistingId = id };
}
