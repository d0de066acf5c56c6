using Crm.Application.Abstractions;
using MediatR;

namespace Crm.Application.Identity;

/// <summary>Ends the session a refresh token belongs to. Having the token is enough; one that is none of ours ends nothing.</summary>
[Public]
public sealed record Logout(string RefreshToken) : ISignInRequest<Unit>;

internal sealed class LogoutHandler(ISessionStore sessions, IAuditLog audit) : ISignInHandler<Logout, Unit>
{
    public async Task<Unit> Handle(Logout request, CancellationToken ct)
    {
        if (await sessions.FindAsync(request.RefreshToken, ct) is not { } token) return Unit.Value;
        await sessions.RevokeAsync(request.RefreshToken, ct);
        await audit.WriteAsync(new AuditEntry(token.TenantId, token.UserId, nameof(Logout), AuditOutcome.Succeeded, null, null, null), ct);
        return Unit.Value;
    }
}
