using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Invitations;

namespace Crm.Application.Invitations;

/// <summary>Invitations, with the questions of their own.</summary>
public interface IInvitationRepository : IRepository<Invitation>
{
    /// <summary>The address's invitation that nobody accepted or revoked, expired or not.</summary>
    Task<Invitation?> FindPendingAsync(EmailAddress email, CancellationToken ct);

    /// <summary>The same of everybody whom this member invited.</summary>
    Task<IReadOnlyList<Invitation>> PendingByAsync(Guid memberId, CancellationToken ct);

    /// <summary>The invitation, also when it was revoked.</summary>
    Task<Invitation?> FindEvenRevokedAsync(Guid id, CancellationToken ct);
}
