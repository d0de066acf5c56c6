using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Identity;

/// <summary>
/// Signs a user in to a tenant. Wrong e-mail and wrong password are the same 401 INVALID_CREDENTIALS in the same time; a user of
/// several tenants must name one (400 INVALID_TENANT). Too many failures: 429 RATE_LIMITED. A user with a second factor gets 401 MFA_REQUIRED
/// with a token for <see cref="LoginWithTotp"/>: a 200 is always a session.
/// </summary>
/// <param name="TenantId">Which tenant to sign in to; needed by users of several.</param>
[Public]
public sealed record Login(string Email, string Password, Guid? TenantId = null) : ISignInRequest<SessionData>;

internal sealed class LoginHandler(IUserStore users, ISessionStore sessions, IPasswordHasher passwords, ITokenIssuer tokens, ICallerDirectory directory,
    ILoginThrottle throttle, ISignInChallenges challenges, IAuditLog audit) : ISignInHandler<Login, SessionData>
{
    public async Task<SessionData> Handle(Login request, CancellationToken ct)
    {
        // What is no address belongs to nobody, and is answered like an address that does not.
        var account = EmailAddress.TryParse(request.Email, out var email) ? await users.FindByEmailAsync(email, ct) : null;
        var key = email?.Value ?? request.Email;
        await throttle.EnsureOpenAsync(key, ct);
        var check = passwords.Verify(account?.PasswordHash, request.Password);
        if (check == PasswordCheck.Wrong || account is not { Tenants.Count: > 0 })
        {
            // Side by side, so that an account with an audit trail takes no longer than an unknown address.
            await Task.WhenAll([throttle.FailedAsync(key, ct), .. TenantsOf(account, request.TenantId).Select(t => Audited(account!.Id, t, AuditOutcome.Refused, "INVALID_CREDENTIALS", ct))]);
            throw IdentityErrors.InvalidCredentials();
        }
        var standing = await directory.FindAsync(account.Id, TenantOf(account, request), ct);
        if (standing.Caller is not { } caller) throw IdentityErrors.TenantForbidden();
        if (standing.IsSuspended)
        {
            await Audited(account.Id, caller.TenantId, AuditOutcome.Refused, "TENANT_SUSPENDED", ct);
            throw IdentityErrors.TenantSuspended();
        }
        var hash = account.PasswordHash!;
        // Where the hash that was compared is the user's no more, his password was changed meanwhile, or a twin has hashed it anew: from the beginning, then.
        if (check == PasswordCheck.RightHashOutdated)
        {
            var stronger = passwords.Hash(request.Password);
            if (!await users.StrengthenAsync(account.Id, hash, stronger, ct)) return await Handle(request, ct);
            hash = stronger;
        }
        if (account.HasSecondFactor)
        {
            // Failures are forgotten once he is in: whoever knows the password must not clear them between two guesses of the code.
            await Audited(account.Id, caller.TenantId, AuditOutcome.Refused, "MFA_REQUIRED", ct);
            throw IdentityErrors.MfaRequired(challenges.Issue(account.Id, caller.TenantId, hash));
        }
        if (await sessions.StartAsync(account.Id, caller.TenantId, hash, ct) is not { } session) return await Handle(request, ct);
        await throttle.SucceededAsync(key, ct);
        await Audited(account.Id, caller.TenantId, AuditOutcome.Succeeded, null, ct);
        return SessionData.Of(tokens, session, standing);
    }

    private static Guid TenantOf(UserAccount account, Login request) => request.TenantId ?? (account.Tenants is [var only]
        ? only
        : throw IdentityErrors.InvalidTenant("You are a member of several tenants: tenantId must name the one to sign in to."));

    /// <summary>The trails a failure belongs to: the tenant that was meant, or all that could have been.</summary>
    private static IEnumerable<Guid> TenantsOf(UserAccount? account, Guid? named) =>
        account is null ? [] : named is { } one ? account.Tenants.Where(t => t == one) : account.Tenants.Take(5);

    private Task Audited(Guid userId, Guid tenantId, AuditOutcome outcome, string? code, CancellationToken ct) =>
        audit.WriteAsync(new AuditEntry(tenantId, userId, nameof(Login), outcome, null, null, code is null ? null : new { code }), ct);
}
