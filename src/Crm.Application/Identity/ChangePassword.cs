using Crm.Application.Abstractions;
using FluentValidation;
using MediatR;

namespace Crm.Application.Identity;

/// <summary>
/// Changes the caller's password and ends all his sessions but the one whose refresh token is named. A wrong current password is 401
/// INVALID_CREDENTIALS and counts like a failed sign-in.
/// </summary>
/// <param name="CurrentPassword">The password until now.</param>
/// <param name="NewPassword">The password from now on: 10 to 200 characters.</param>
/// <param name="RefreshToken">Of the session that goes on; without it all end.</param>
[SignedIn]
public sealed record ChangePassword(string CurrentPassword, string NewPassword, string? RefreshToken = null) : ISignInRequest<Unit>;

internal sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(c => c.NewPassword).IsNewPassword();
        RuleFor(c => c.NewPassword).NotEqual(c => c.CurrentPassword).WithMessage("must differ from the current one");
    }
}

internal sealed class ChangePasswordHandler(IUserStore users, IPasswordHasher passwords, ILoginThrottle throttle, IAuditLog audit, IRequestContext context)
    : ISignInHandler<ChangePassword, Unit>
{
    public async Task<Unit> Handle(ChangePassword request, CancellationToken ct)
    {
        var caller = context.Caller;
        var account = await users.FindAsync(caller.UserId, ct) ?? throw IdentityErrors.InvalidCredentials();
        await throttle.EnsureOpenAsync(account.Email, ct);
        if (passwords.Verify(account.PasswordHash, request.CurrentPassword) == PasswordCheck.Wrong)
        {
            await throttle.FailedAsync(account.Email, ct);
            await AuditAsync(caller, AuditOutcome.Refused, new { code = "INVALID_CREDENTIALS" }, ct);
            throw IdentityErrors.InvalidCredentials();
        }
        await users.ChangePasswordAsync(caller.UserId, passwords.Hash(request.NewPassword), request.RefreshToken, ct);
        await throttle.SucceededAsync(account.Email, ct);
        await AuditAsync(caller, AuditOutcome.Succeeded, null, ct);
        return Unit.Value;
    }

    private Task AuditAsync(Caller caller, AuditOutcome outcome, object? detail, CancellationToken ct) =>
        audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, nameof(ChangePassword), outcome, "team/members", caller.UserId, detail), ct);
}
