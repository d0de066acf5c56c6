using Crm.Application.Abstractions;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Identity;

/// <summary>
/// The second step of signing in, after 401 MFA_REQUIRED: the token of that answer, and a code of the authenticator or a recovery code, each good
/// once. A wrong code is 401 INVALID_CREDENTIALS, a token that has expired or whose password was changed is 401 UNAUTHENTICATED, too many failures are 429.
/// </summary>
[Public]
public sealed record LoginWithTotp(string MfaToken, [Example("\"492039\"")] string? Code = null, string? RecoveryCode = null) : ISignInRequest<SessionData>;

internal sealed class LoginWithTotpValidator : AbstractValidator<LoginWithTotp>
{
    public LoginWithTotpValidator() => RuleFor(c => c).Must(c => c.Code is null != c.RecoveryCode is null)
        .OverridePropertyName("code").WithMessage("give either code or recoveryCode");
}

internal sealed class LoginWithTotpHandler(ISignInChallenges challenges, IUserStore users, SecondFactorCheck factor, ISessionStore sessions, ITokenIssuer tokens,
    ICallerDirectory directory, ILoginThrottle throttle, IAuditLog audit) : ISignInHandler<LoginWithTotp, SessionData>
{
    public async Task<SessionData> Handle(LoginWithTotp request, CancellationToken ct)
    {
        if (challenges.Read(request.MfaToken) is not { } ticket || await users.FindAsync(ticket.UserId, ct) is not { HasSecondFactor: true } account
            || !challenges.Fits(ticket, account.PasswordHash))
            throw Expired();
        var standing = await directory.FindAsync(account.Id, ticket.TenantId, ct);
        if (standing.Caller is not { } caller) throw IdentityErrors.TenantForbidden();
        if (standing.IsSuspended) throw IdentityErrors.TenantSuspended();
        if (!await factor.PassesAsync(account.Id, request.Code, request.RecoveryCode, ct))
        {
            await Audited(caller, AuditOutcome.Refused, new { code = "INVALID_CREDENTIALS" }, ct);
            throw IdentityErrors.InvalidCode();
        }
        var session = await sessions.StartAsync(account.Id, caller.TenantId, account.PasswordHash!, ct) ?? throw Expired();
        await throttle.SucceededAsync(account.Email, ct);
        await Audited(caller, AuditOutcome.Succeeded, new { by = request.Code is null ? "recoveryCode" : "code" }, ct);
        return SessionData.Of(tokens, session, standing);
    }

    private static CrmException Expired() => IdentityErrors.Unauthenticated("The sign-in has expired; begin again with the password.");

    private Task Audited(Caller caller, AuditOutcome outcome, object detail, CancellationToken ct) =>
        audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, nameof(LoginWithTotp), outcome, null, null, detail), ct);
}
