using Crm.Application.Abstractions;
using Crm.Domain.ApiKeys;

namespace Crm.Application.ApiKeys;

/// <summary>The secrets of API keys: made here, kept as hashes only. Works on the command's transaction.</summary>
public interface IApiKeyStore
{
    /// <summary>Makes the secret of a key of the caller's tenant.</summary>
    Task<ApiKeySecret> IssueAsync(Guid apiKeyId, CancellationToken ct);

    /// <summary>The key's secret opens nothing any more.</summary>
    Task ForgetAsync(Guid apiKeyId, CancellationToken ct);
}

/// <summary>A new key's secret, and how it begins.</summary>
public sealed record ApiKeySecret(string Text, string Prefix);

/// <summary>API keys, with the one question of their own.</summary>
public interface IApiKeyRepository : IRepository<ApiKey>
{
    /// <summary>The living keys that act as this member or were made by him, locked.</summary>
    Task<IReadOnlyList<ApiKey>> OfMemberAsync(Guid memberId, CancellationToken ct);
}
