using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Application.Members;
using Crm.Application.Teams;
using Crm.Domain.Common;
using Crm.Domain.Invitations;
using Crm.Domain.Members;
using FluentValidation;

namespace Crm.Application.Invitations;

/// <summary>
/// Makes a member of who opened the link of an invitation, and signs him in. An address without an account gets one, with this password; an
/// account is proven by its own password (401 INVALID_CREDENTIALS), and by its second factor if it has one (401 MFA_REQUIRED: send a code too). A token that is none of
/// ours is 401, an invitation that was accepted or revoked or has expired is 409 INVALID_STATE.
/// </summary>
/// <param name="FullName">The name in this organization; the invitation's when absent.</param>
[Public]
public sealed record AcceptInvitation(string Token, string Password, string? FullName = null, [OneOf("en", "bg")] string? Language = null, string? TimeZone = null,
    string? Code = null, string? RecoveryCode = null) : ICommand<SessionData>;

internal sealed class AcceptInvitationValidator : AbstractValidator<AcceptInvitation>
{
    public AcceptInvitationValidator()
    {
        RuleFor(c => c.Password).IsNewPassword();
        RuleFor(c => c.FullName!).IsName().When(c => c.FullName is not null);
        RuleFor(c => c.RecoveryCode).Null().When(c => c.Code is not null).WithMessage("does not go with code");
        RuleFor(c => c.TimeZone).Must(z => z is null || TimeZones.IsKnown(z)).WithMessage("must be an IANA time zone");
    }
}

internal sealed class ProvePasswordBeforeInvitationIsAccepted(IInvitationLinks links, AccountLink accounts) : IPreparation<AcceptInvitation>
{
    public async Task PrepareAsync(AcceptInvitation command, CancellationToken ct)
    {
        var link = await links.FindAsync(command.Token, ct) ?? throw InvitationErrors.Unknown();
        await accounts.PrepareAsync(link.Email, command.Password, ct);
        if (!await accounts.PassesSecondFactorAsync(command.Code, command.RecoveryCode, ct)) throw IdentityErrors.InvalidCode();
    }
}

internal sealed class AcceptInvitationHandler(IInvitationLinks links, IInvitationRepository invitations, IMemberRepository members, ITeamRepository teams, AccountLink accounts,
    ISessionStore sessions, ITokenIssuer tokens, ITenantEntry entry, TimeProvider clock) : ICommandHandler<AcceptInvitation, SessionData>
{
    public async Task<SessionData> Handle(AcceptInvitation command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var link = await links.FindAsync(command.Token, ct) ?? throw InvitationErrors.Unknown();
        if (link.IsSuspended) throw IdentityErrors.TenantSuspended();
        // The invitation first, held: of sixteen who accept it at once one goes on.
        await entry.EnterAsync(Acting(link, Guid.Empty), ct);
        var invitation = await invitations.FindEvenRevokedAsync(link.InvitationId, ct) ?? throw InvitationErrors.Unknown();
        invitation.EnsureOpen(now);
        var userId = await accounts.LinkAsync(link.Email, command.Password, IdentityErrors.InvalidCredentials, ct);
        if (accounts.LacksSecondFactor) throw IdentityErrors.CodeRequired();
        await entry.EnterAsync(Acting(link, userId), ct);
        var details = await DetailsAsync(invitation.Details, command, ct);
        if (await members.FindEvenRemovedAsync(userId, ct) is { } former) former.ReturnInvited(details);
        else members.Add(Member.Invited(userId, details));
        invitation.Accept(userId, now);
        return SessionData.Of(tokens, await sessions.StartAsync(userId, link.TenantId, ct), link.TenantId, new SessionUser(userId, details.FullName, details.Email.Value, details.Role));
    }

    /// <summary>Whoever invites has been checked; who accepts does so in his own name.</summary>
    private static Caller Acting(InvitationLink link, Guid userId) => new(userId, link.TenantId, Role.User, null, Permissions.Of(Role.User), link.Tenant);

    private async Task<MemberDetails> DetailsAsync(InvitationDetails promised, AcceptInvitation command, CancellationToken ct) => new()
    {
        FullName = command.FullName ?? promised.FullName ?? throw CrmException.Validation("fullName", "is required"),
        Email = promised.Email,
        Role = promised.Role,
        Permissions = promised.Permissions,
        // A team that was dissolved meanwhile keeps nobody out.
        TeamId = promised.TeamId is { } team && await teams.FindAsync(team, ct) is not null ? team : null,
        Language = command.Language ?? promised.Language,
        TimeZone = command.TimeZone,
        Tags = promised.Tags,
        ExternalId = promised.ExternalId,
    };
}
