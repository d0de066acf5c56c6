using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Domain.ApiKeys;

/// <summary>What is stated about an API key. It never changes: another purpose is another key.</summary>
public record ApiKeyDetails : RecordDetails
{
    /// <summary>What the key is for, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>The permissions the key carries at most; one at least, none its creator does not have.</summary>
    public Tags Scopes { get; init; } = Tags.None;
    /// <summary>Whom the key acts as: its creator, or a service user.</summary>
    public Guid? MemberId { get; init; }
    /// <summary>When the key ends by itself; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Who mints a key, and what he may give to it.</summary>
/// <param name="Permissions">What he may do himself.</param>
/// <param name="ManagesMembers">True when he may act through service users.</param>
public sealed record KeyMinter(Guid UserId, Role Role, IReadOnlySet<string> Permissions, bool ManagesMembers);

/// <summary>
/// A credential of a program. It can never do more than its scopes, than the member it acts as, and than who minted it; the last two
/// as they are when it is used. Its secret is shown once and not kept: the record knows the beginning only.
/// </summary>
public sealed class ApiKey : Record<ApiKey, ApiKeyDetails>, IUnrestricted
{
    private ApiKey() { }

    /// <summary>The first characters of the secret: enough to recognise it, too few to guess the rest.</summary>
    public string Prefix { get; private set; } = "";

    /// <summary>Mints a key. Raises <see cref="Created{ApiKey}"/>.</summary>
    /// <param name="actsAs">The member the key is to act as.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name or scope, or an end that has passed. FORBIDDEN: a scope the minter does not
    /// have; another person's name; a service user above him.</exception>
    public static ApiKey Mint(Guid id, ApiKeyDetails details, string prefix, KeyMinter minter, Member actsAs, DateTimeOffset now)
    {
        if (details.ExpiresAt <= now) throw CrmException.Validation("expiresAt", "must be in the future");
        foreach (var scope in details.Scopes)
            if (!minter.Permissions.Contains(scope)) throw ApiKeyErrors.ScopeNotHeld(scope);
        if (actsAs.Id != minter.UserId)
        {
            if (actsAs.Details.Kind != MemberKind.Service) throw ApiKeyErrors.NotYourself();
            if (!minter.ManagesMembers) throw ApiKeyErrors.NoServiceUsers();
            MemberErrors.RefuseGranting(actsAs.Details.Role, minter.Role);
        }
        var key = new ApiKey { Id = id, Prefix = prefix };
        key.Begin(details with { MemberId = actsAs.Id });
        return key;
    }

    /// <summary>Ends the key for good. Raises <see cref="ApiKeyRevoked"/>; a second revocation changes nothing.</summary>
    public void Revoke(Guid deletionId, DateTimeOffset now) => Delete(deletionId, now);

    /// <inheritdoc/>
    protected override void Guard(ApiKeyDetails? before, ApiKeyDetails after)
    {
        Require.Text(after.Name, "name");
        if (after.Scopes.Count == 0) throw CrmException.Validation("scopes", "must name at least one permission");
    }

    private protected override IDomainEvent DeletedEvent() => new ApiKeyRevoked(Id);
}

/// <summary>A key opens nothing any more.</summary>
public sealed record ApiKeyRevoked(Guid ApiKeyId) : IDomainEvent;

/// <summary>The ways in which API keys refuse.</summary>
public static class ApiKeyErrors
{
    /// <summary>403: nobody grants more than he has (product.md §1).</summary>
    public static CrmException ScopeNotHeld(string scope) => CrmException.Forbidden($"You do not have the permission {scope} and cannot give it to a key.");

    /// <summary>403: nobody gets a key to another person's name.</summary>
    public static CrmException NotYourself() => CrmException.Forbidden("A key acts as you or as a service user, not as another person.");

    /// <summary>403: service users belong to those who manage the team.</summary>
    public static CrmException NoServiceUsers() => CrmException.Forbidden("Only who manages members makes keys for service users.");
}
