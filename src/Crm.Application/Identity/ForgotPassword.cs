using Crm.Application.Abstractions;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Identity;

/// <summary>
/// Sends a link by which a forgotten password is replaced, if the address has an account that signs in with one. The answer is the same in the same
/// time either way. Too many requests: 429 RATE_LIMITED, for known and unknown addresses alike.
/// </summary>
[Public]
public sealed record ForgotPassword(string Email) : ISignInRequest<Unit>;

internal sealed class ForgotPasswordHandler(IUserStore users, IPasswordResets resets, ILoginThrottle throttle, IAuditLog audit) : ISignInHandler<ForgotPassword, Unit>
{
    public async Task<Unit> Handle(ForgotPassword request, CancellationToken ct)
    {
        var account = EmailAddress.TryParse(request.Email, out var email) ? await users.FindByEmailAsync(email, ct) : null;
        var key = $"forgot-password {email?.Value ?? request.Email}";
        await throttle.EnsureOpenAsync(key, ct);
        // Side by side, so that an account takes no longer than an unknown address, of which a failure is counted as well.
        await Task.WhenAll([throttle.FailedAsync(key, ct), .. account is { PasswordHash: not null, Tenants.Count: > 0 } ? Requested(account, ct) : []]);
        return Unit.Value;
    }

    private IEnumerable<Task> Requested(UserAccount account, CancellationToken ct) => account.Tenants.Take(5)
        .Select(t => audit.WriteAsync(new AuditEntry(t, account.Id, nameof(ForgotPassword), AuditOutcome.Succeeded, null, null, null), ct))
        .Append(resets.RequestAsync(account, ct));
}
