using System.Collections.Frozen;
using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Identity;

/// <summary>Finds keys by their hash: one round trip, kept for 10 s. What they may do follows from the callers behind them.</summary>
internal sealed class ApiKeyDirectory(NpgsqlDataSource source, ICache cache, ICallerDirectory callers, ApiKeyUses uses, TimeProvider clock) : IApiKeyDirectory
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    private const string Sql = TenantSession.SetTenantOfApiKey + """
        select k.id as Id, k.tenant_id as TenantId, k.member_id as MemberId, k.created_by as CreatorId, k.scopes as Scopes, k.expires_at as ExpiresAt
        from crm.api_key_lookup l
        join crm_read.api_keys k on k.tenant_id = l.tenant_id and k.id = l.api_key_id and k.deleted_at is null
        where l.key_hash = @KeyHash
        """;

    public static string CacheKey(byte[] hash) => $"api-key:{Convert.ToHexString(hash)}";

    public async ValueTask<ApiKeyIdentity> FindAsync(string secret, Action beforeLookup, CancellationToken ct)
    {
        if (ApiKeySecrets.HashOf(secret) is not { } hash) throw NoKey();
        // What is not found is not kept either: only who has a key can fill the cache.
        var key = await cache.GetOrAddAsync(CacheKey(hash), Age, stop =>
        {
            beforeLookup();
            return ReadAsync(hash, stop);
        }, ct);
        return key.ExpiresAt is { } end && end <= clock.GetUtcNow() ? throw IdentityErrors.Unauthenticated("The API key has expired.") : key;
    }

    public ValueTask<Standing> StandingAsync(ApiKeyIdentity key, CancellationToken ct) =>
        // Among the tenant's callers, so that it is forgotten with them.
        cache.GetOrAddAsync($"{CallerCache.Prefix(key.TenantId)}key:{key.Id:N}", Age, async stop =>
        {
            var member = await callers.FindAsync(key.MemberId, key.TenantId, stop);
            var creator = key.CreatorId == key.MemberId ? member : await callers.FindAsync(key.CreatorId, key.TenantId, stop);
            return member with { Caller = member.Caller is { } one && creator.Caller is { } other ? key.Restrict(one, other) : null };
        }, ct);

    public void Used(ApiKeyIdentity key) => uses.Note(key.TenantId, key.Id);

    private async Task<ApiKeyIdentity> ReadAsync(byte[] hash, CancellationToken ct)
    {
        try
        {
            return await source.ReadAsync(async connection =>
            {
                await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(Sql, new { KeyHash = hash }, cancellationToken: ct));
                await grid.ReadAsync<string>();
                return (await grid.ReadAsync<Row>()).FirstOrDefault();
            }, ct) is { } row
                ? new ApiKeyIdentity(row.Id, row.TenantId, row.MemberId, row.CreatorId, row.Scopes.ToFrozenSet(), row.ExpiresAt)
                : throw NoKey();
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private static Domain.Common.CrmException NoKey() => IdentityErrors.Unauthenticated("The API key is not valid.");

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record Row
    {
        public Guid Id { get; init; }
        public Guid TenantId { get; init; }
        public Guid MemberId { get; init; }
        public Guid CreatorId { get; init; }
        public string[] Scopes { get; init; } = [];
        public DateTime? ExpiresAt { get; init; }
    }
}
