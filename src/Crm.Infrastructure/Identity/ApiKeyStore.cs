using Crm.Application.Abstractions;
using Crm.Application.ApiKeys;
using Crm.Domain.ApiKeys;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Identity;

/// <summary>The hashes by which keys are found before a tenant is known.</summary>
internal sealed class ApiKeyStore(GlobalDb db, StaleCallers stale, IRequestContext context) : IApiKeyStore
{
    public async Task<ApiKeySecret> IssueAsync(Guid apiKeyId, CancellationToken ct)
    {
        var secret = ApiKeySecrets.New();
        await db.QueryAsync<int>("insert into crm.api_key_lookup (key_hash, tenant_id, api_key_id) values (@Hash, @TenantId, @ApiKeyId)",
            new { Hash = ApiKeySecrets.HashOf(secret), context.Caller.TenantId, ApiKeyId = apiKeyId }, ct);
        return new ApiKeySecret(secret, ApiKeySecrets.Prefix(secret));
    }

    public async Task ForgetAsync(Guid apiKeyId, CancellationToken ct)
    {
        var hashes = await db.QueryAsync<byte[]>("delete from crm.api_key_lookup where tenant_id = @TenantId and api_key_id = @ApiKeyId returning key_hash",
            new { context.Caller.TenantId, ApiKeyId = apiKeyId }, ct);
        foreach (var hash in hashes) stale.Mark(ApiKeyDirectory.CacheKey(hash));
    }
}

internal sealed class ApiKeyRepository(CrmDbContext db, IRequestContext context) : Repository<ApiKey>(db, context), IApiKeyRepository
{
    public async Task<IReadOnlyList<ApiKey>> OfMemberAsync(Guid memberId, CancellationToken ct) =>
        await LockForUpdate.Locked(Db.Set<ApiKey>().Where(k => k.TenantId == Context.Caller.TenantId && k.DeletedAt == null
            && (k.Details.MemberId == memberId || k.CreatedBy == memberId)).OrderBy(k => k.Id)).ToListAsync(ct);
}
