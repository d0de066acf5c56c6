using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Infrastructure.Identity;
using Dapper;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Files;

/// <summary>
/// Content that no record refers to yet. A row is doomed before its content is deleted, and a doomed one can be claimed no more:
/// whatever stops in between, no record ever refers to content that is gone.
/// </summary>
internal sealed partial class FileDrafts(GlobalDb db, IFileStore store, TimeProvider clock, ILogger<FileDrafts> logger) : IFileDrafts
{
    /// <summary>How long an upload may take from its first byte to its commit.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // Who is about to claim a row holds it: it is passed over.
    private const string Doom = """
        update crm.file_drafts d set doomed_at = @Now
        where (d.tenant_id, d.id) in (
          select tenant_id, id from crm.file_drafts
          where tenant_id = @TenantId and id = @Id and doomed_at is null for update skip locked)
        returning 1
        """;

    private const string DoomOld = """
        update crm.file_drafts d set doomed_at = @Now
        where (d.tenant_id, d.id) in (
          select tenant_id, id from crm.file_drafts
          where doomed_at < @Forgotten or (doomed_at is null and created_at < @Old) order by created_at limit 100 for update skip locked)
        returning d.tenant_id as TenantId, d.id as Id
        """;

    public Task AddAsync(ContentKey key, CancellationToken ct) =>
        db.AloneAsync<int>("insert into crm.file_drafts (tenant_id, id, created_at) values (@TenantId, @Id, @Now)", new { key.TenantId, key.Id, Now = clock.GetUtcNow() }, ct);

    public async Task ClaimAsync(ContentKey key, CancellationToken ct)
    {
        var claimed = await db.QueryAsync<int>("delete from crm.file_drafts where tenant_id = @TenantId and id = @Id and doomed_at is null returning 1", new { key.TenantId, key.Id }, ct);
        if (claimed.Count == 0) throw FileErrors.StoreUnavailable();
    }

    public async Task GiveUpAsync(ContentKey key)
    {
        try
        {
            if ((await db.AloneAsync<int>(Doom, new { key.TenantId, key.Id, Now = clock.GetUtcNow() }, CancellationToken.None)).Count > 0) await DeleteAsync(key);
        }
        catch (Exception e)
        {
            NotYet(key.Id, e);
        }
    }

    /// <summary>Deletes what was written down a day ago and never claimed, and what was doomed and not deleted; how much that was.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var swept = 0;
        while (true)
        {
            var old = await db.AloneAsync<(Guid TenantId, Guid Id)>(DoomOld, new { Now = now, Old = now - Life, Forgotten = now - Patience }, ct);
            if (old.Count == 0) return swept;
            foreach (var (tenant, id) in old) await DeleteAsync(new ContentKey(tenant, id));
            swept += old.Count;
        }
    }

    private async Task DeleteAsync(ContentKey key)
    {
        await store.DeleteAsync(key, CancellationToken.None);
        await db.AloneAsync<int>("delete from crm.file_drafts where tenant_id = @TenantId and id = @Id", new { key.TenantId, key.Id }, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Warning, "The content {Id} could not be given up; it is tried again later")]
    private partial void NotYet(Guid id, Exception e);
}
