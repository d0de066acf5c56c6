using Crm.Application.Abstractions;

namespace Crm.Application.Identity;

/// <summary>
/// Exchanges a refresh token for the next one. A token that was spent before, or belongs to a revoked family, is 401 without a
/// grace interval, and ends the family: one of its two holders is a thief.
/// </summary>
[Public]
public sealed record RefreshSession(string RefreshToken) : ISignInRequest<SessionData>;

internal sealed class RefreshSessionHandler(ISessionStore sessions, ICallerDirectory directory, ITokenIssuer tokens, IAuditLog audit)
    : ISignInHandler<RefreshSession, SessionData>
{
    public async Task<SessionData> Handle(RefreshSession request, CancellationToken ct)
    {
        var token = await sessions.FindAsync(request.RefreshToken, ct);
        if (token is not { IsGood: true })
        {
            if (token is { IsStolen: true }) await RevokeAsync(request, token, ct);
            throw IdentityErrors.Unauthenticated("The refresh token is not valid.");
        }
        var standing = await directory.FindAsync(token.UserId, token.TenantId, ct);
        if (standing.Caller is null)
        {
            await RevokeAsync(request, token, ct);
            throw IdentityErrors.Unauthenticated("The refresh token is not valid.");
        }
        if (standing.IsSuspended) throw IdentityErrors.TenantSuspended();
        if (await sessions.RotateAsync(request.RefreshToken, token, ct) is not { } next)
        {
            await RevokeAsync(request, token, ct);
            throw IdentityErrors.Unauthenticated("The refresh token is not valid.");
        }
        return SessionData.Of(tokens, next, standing);
    }

    private async Task RevokeAsync(RefreshSession request, RefreshToken token, CancellationToken ct)
    {
        await sessions.RevokeAsync(request.RefreshToken, ct);
        await audit.WriteAsync(new AuditEntry(token.TenantId, token.UserId, nameof(RefreshSession), AuditOutcome.Refused, null, null, new { code = "UNAUTHENTICATED" }), ct);
    }
}
