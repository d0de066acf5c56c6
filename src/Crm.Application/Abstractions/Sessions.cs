namespace Crm.Application.Abstractions;

/// <summary>
/// Sessions: each is a family of refresh tokens, of which one at a time is good, once. When a session ends its access tokens do too: at once on
/// this instance, within 10 s on others.
/// </summary>
public interface ISessionStore
{
    /// <summary>Starts a session of a user whom the command's own transaction made, or holds since it compared his password.</summary>
    Task<OpenSession> StartAsync(Guid userId, Guid tenantId, CancellationToken ct);

    /// <summary>
    /// Starts a session of a user whose password was compared with this hash; null when it is his no more. Who changes it at this very moment waits and
    /// ends the session that was made, or is waited for and seen.
    /// </summary>
    Task<OpenSession?> StartAsync(Guid userId, Guid tenantId, string passwordHash, CancellationToken ct);

    /// <summary>What a refresh token stands for, or null when it is none of ours.</summary>
    Task<RefreshToken?> FindAsync(string token, CancellationToken ct);

    /// <summary>Spends the token, which was found to be this, and answers the next one; null when somebody else was faster.</summary>
    Task<OpenSession?> RotateAsync(string token, RefreshToken found, CancellationToken ct);

    /// <summary>Ends the session the refresh token belongs to, durably whatever becomes of the request.</summary>
    Task RevokeAsync(string token, CancellationToken ct);

    /// <summary>Ends one session of the user; false when he has no such session that lives.</summary>
    Task<bool> EndAsync(Guid userId, Guid sessionId, CancellationToken ct);

    /// <summary>Ends all sessions of the user, in whatever tenant he signed in, but <paramref name="keep"/>.</summary>
    Task EndOthersAsync(Guid userId, Guid? keep, CancellationToken ct);
}

/// <summary>A session and its good refresh token, which is told once and kept nowhere.</summary>
public sealed record OpenSession(Guid Id, string RefreshToken);

/// <summary>A refresh token's state.</summary>
/// <param name="IsGood">Neither spent nor revoked nor expired.</param>
/// <param name="IsStolen">It was spent before, or its family is revoked: somebody has a copy.</param>
public sealed record RefreshToken(Guid UserId, Guid TenantId, bool IsGood, bool IsStolen);
