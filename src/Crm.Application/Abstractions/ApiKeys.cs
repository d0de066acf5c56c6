using System.Collections.Frozen;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Application.Abstractions;

/// <summary>What a key stands for: whose it is, and what it may do at most.</summary>
/// <param name="MemberId">Whom it acts as.</param>
/// <param name="CreatorId">Who minted it.</param>
public sealed record ApiKeyIdentity(Guid Id, Guid TenantId, Guid MemberId, Guid CreatorId, FrozenSet<string> Scopes, DateTimeOffset? ExpiresAt)
{
    /// <summary>
    /// The member as the key lets a program act as him: with the scopes that the member and the key's creator both have now, and
    /// standing no higher than either.
    /// </summary>
    public Caller Restrict(Caller member, Caller creator) => member with
    {
        Permissions = Scopes.Where(scope => member.May(scope) && creator.May(scope)).ToFrozenSet(),
        Role = (Role)Math.Min((int)member.Role, (int)creator.Role),
        ApiKeyId = Id,
    };
}

/// <summary>Knows API keys by their secret. What it tells is at most 10 s old, and anew at once after a change made by this instance.</summary>
public interface IApiKeyDirectory
{
    /// <summary>What the key stands for.</summary>
    /// <param name="beforeLookup">Called when the key is not known already and must be looked up; may refuse.</param>
    /// <exception cref="CrmException">UNAUTHENTICATED: it is no key, or was revoked, or has expired.</exception>
    ValueTask<ApiKeyIdentity> FindAsync(string secret, Action beforeLookup, CancellationToken ct);

    /// <summary>The standing of whom the key acts as, reduced to what it may do; no caller when its member or its creator is out.</summary>
    ValueTask<Standing> StandingAsync(ApiKeyIdentity key, CancellationToken ct);

    /// <summary>Notes that the key was used now; written down later, aside from the request.</summary>
    void Used(ApiKeyIdentity key);
}
