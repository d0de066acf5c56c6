using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.ApiKeys;

namespace Crm.Application.ApiKeys;

/// <summary>The declaration of API keys. They are minted and revoked, never changed: <see cref="CreateApiKey"/>, <see cref="RevokeApiKey"/>.</summary>
public sealed class ApiKeyResource : Resource<ApiKey, ApiKeyDetails>
{
    /// <summary>The member that has a value in the answer to the creation only.</summary>
    internal const string Secret = "key";

    /// <summary>Declares the members.</summary>
    public ApiKeyResource() : base("api-keys", "API key")
    {
        Table = "api_keys";
        Text(x => x.Name).Required().Sort().Says("What the key is for.", "\"Web shop\"");
        ReadOnly(Secret, FieldKind.Text, expression: "null::text").NoFilter().Says("The key itself: only in the answer to its creation, null ever after.");
        ReadOnly("prefix", FieldKind.Text).NotNull().Says("The key's first characters, to recognise it by.", "\"crm_5f0c9a1e\"");
        Other(x => x.Scopes, FieldKind.Tags).Required().Says("The permissions it carries at most: some of yours, by name.", """["leads.read", "leads.write"]""");
        Reference(x => x.MemberId, "team/members").CallerByDefault().Says("Whom it acts as: you, when absent, or a service user.");
        Instant(x => x.ExpiresAt).Says("When it ends by itself; null = never.");
        ReadOnly("lastUsedAt", FieldKind.Instant).Sort().Says("When it was last used, to the minute.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(ApiKeyDetails details) => throw new NotSupportedException("Keys are minted by CreateApiKey.");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<ApiKeyDetails> patch) => throw new NotSupportedException("Keys never change.");
}

/// <summary>An API key's own members, as events carry them. The secret is none of them.</summary>
public sealed record ApiKeyState : ApiKeyDetails
{
    /// <summary>The first characters of the secret.</summary>
    public string Prefix { get; init; } = "";
}

internal sealed class ApiKeyStateProfile : StateProfile<ApiKey, ApiKeyDetails, ApiKeyState>;
