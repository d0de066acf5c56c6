using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Identity;

/// <summary>Compares what somebody gives as his second factor, counts what is wrong, and spends what is right.</summary>
public sealed class SecondFactorCheck(ISecondFactors factors, ISecondFactorThrottle throttle, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>True when the code, or else the recovery code, is the user's and was not used before.</summary>
    /// <exception cref="CrmException">RATE_LIMITED.</exception>
    public async Task<bool> PassesAsync(Guid userId, string? code, string? recoveryCode, CancellationToken ct)
    {
        await throttle.EnsureOpenAsync(userId, ct);
        var passes = code is not null ? await SpendAsync(userId, code, ct) : recoveryCode is not null && await factors.SpendRecoveryCodeAsync(userId, recoveryCode, ct);
        if (passes) await throttle.SucceededAsync(userId, ct);
        else await throttle.FailedAsync(userId, ct);
        return passes;
    }

    private async Task<bool> SpendAsync(Guid userId, string code, CancellationToken ct) =>
        await factors.FindAsync(userId, ct) is { Secret: { } secret, ConfirmedAt: not null }
        && Totp.Match(secret, code, clock.GetUtcNow()) is { } step && await factors.SpendAsync(userId, step, ct);
}

/// <summary>Makes somebody who is signed in prove once more who he is, before what would let a stranger at his desk keep the account.</summary>
public sealed class SignInProof(IUserStore users, IPasswordHasher passwords, ILoginThrottle throttle, SecondFactorCheck factor, IAuditLog audit, IRequestContext context) : ISharedByUseCases
{
    /// <summary>By his password, or by his second factor. A failure is counted and audited as <paramref name="action"/>.</summary>
    /// <exception cref="CrmException">INVALID_CREDENTIALS, RATE_LIMITED.</exception>
    public async Task RequireAsync(string action, string? password, string? code, string? recoveryCode, CancellationToken ct)
    {
        var caller = context.Caller;
        if (password is null ? await factor.PassesAsync(caller.UserId, code, recoveryCode, ct) : await KnowsAsync(caller.UserId, password, ct)) return;
        await audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, action, AuditOutcome.Refused, null, null, new { code = "INVALID_CREDENTIALS" }), ct);
        throw password is null ? IdentityErrors.InvalidCode() : IdentityErrors.InvalidCredentials();
    }

    private async Task<bool> KnowsAsync(Guid userId, string password, CancellationToken ct)
    {
        if (await users.FindAsync(userId, ct) is not { } account) return false;
        await throttle.EnsureOpenAsync(account.Email, ct);
        var right = passwords.Verify(account.PasswordHash, password) != PasswordCheck.Wrong;
        if (right) await throttle.SucceededAsync(account.Email, ct);
        else await throttle.FailedAsync(account.Email, ct);
        return right;
    }
}
