using Crm.Application.Abstractions;
using FluentValidation;
using MediatR;

namespace Crm.Application.Identity;

/// <summary>
/// Replaces a forgotten password by the token of an e-mail, which is good once and for an hour, and ends all sessions of the user. A token that is
/// not good (any more) is 401 UNAUTHENTICATED.
/// </summary>
[Public]
public sealed record ResetPassword(string Token, string Password) : ISignInRequest<Unit>;

internal sealed class ResetPasswordValidator : AbstractValidator<ResetPassword>
{
    public ResetPasswordValidator() => RuleFor(c => c.Password).IsNewPassword();
}

internal sealed class ResetPasswordHandler(IPasswordResets resets, IUserStore users, IPasswordHasher passwords, ILoginThrottle throttle, IAuditLog audit, IRequestContext context)
    : ISignInHandler<ResetPassword, Unit>
{
    public async Task<Unit> Handle(ResetPassword request, CancellationToken ct)
    {
        // By where it comes from alone: nobody shuts out others by guessing.
        var key = $"reset-password {context.SourceAddress}";
        await throttle.EnsureOpenAsync(key, ct);
        var reset = await resets.FindAsync(request.Token, ct);
        var done = reset is { IsGood: true } && await resets.UseAsync(request.Token, passwords.Hash(request.Password), ct);
        if (!done) await throttle.FailedAsync(key, ct);
        if (reset is not null && await users.FindAsync(reset.UserId, ct) is { } account)
        {
            // Failures to sign in with what was forgotten are forgotten too.
            if (done) await throttle.SucceededAsync(account.Email, ct);
            foreach (var tenant in account.Tenants.Take(5)) await AuditAsync(tenant, account.Id, done, ct);
        }
        return done ? Unit.Value : throw IdentityErrors.Unauthenticated("The token is not valid: it was used, has expired, or is none of ours.");
    }

    private Task AuditAsync(Guid tenantId, Guid userId, bool done, CancellationToken ct) => audit.WriteAsync(new AuditEntry(tenantId, userId, nameof(ResetPassword),
        done ? AuditOutcome.Succeeded : AuditOutcome.Refused, null, null, done ? null : new { code = "UNAUTHENTICATED" }), ct);
}
