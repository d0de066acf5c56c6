using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Infrastructure.Persistence;

/// <summary>Aggregates of any resource, by its declaration.</summary>
internal sealed class RecordStore(TenantSession session, ResourceCatalog resources, IServiceProvider services, IRequestContext context) : IRecordStore
{
    public async Task<AggregateRoot> GetAsync(Resource resource, Guid id, CancellationToken ct)
    {
        var record = await LoadAsync(resource, id, ct);
        if (record is not { DeletedAt: null }) throw CrmException.NotFound(resource.Singular);
        context.Precondition?.Check(record.Id, record.Version);
        return record;
    }

    public async Task<AggregateRoot> GetDeletedAsync(Resource resource, Guid id, CancellationToken ct)
    {
        var record = await LoadAsync(resource, id, ct) ?? throw CrmException.NotFound(resource.Singular);
        context.Precondition?.Check(record.Id, record.Version);
        return record;
    }

    public Task LockAsync(Resource resource, IReadOnlyCollection<Guid> ids, CancellationToken ct) => ids.Count == 0
        ? Task.CompletedTask
        : ScalarsAsync<Guid>($"select id from crm.{resource.Table} where tenant_id = @TenantId and id = any(@Ids) order by id for update", new { Ids = ids.ToArray() }, ct);

    public async Task<Guid?> FindByExternalIdAsync(Resource resource, string externalId, CancellationToken ct)
    {
        // The lock is held to the end of the transaction: of two twins one creates, the other finds.
        var found = await ScalarsAsync<Guid?>($"""
            select null::uuid from (select pg_advisory_xact_lock(hashtextextended(@TenantId::text || @Table || @ExternalId, 0))) as lock;
            select id from crm.{resource.Table} where tenant_id = @TenantId and external_id = @ExternalId and deleted_at is null
            """, new { resource.Table, ExternalId = externalId }, ct);
        return found.FirstOrDefault(id => id is not null);
    }

    public async Task<bool> IsKeptAsync(Resource resource, Guid id, CancellationToken ct)
    {
        var uses = resource.KeptBy.Select(k => $"select 1 from crm.{k.Table} where tenant_id = @TenantId and {k.Column} = @Id and deleted_at is null");
        return (await ScalarsAsync<int>(string.Join(" union all ", uses) + " limit 1", new { Id = id }, ct)).Count > 0;
    }

    public async Task<IReadOnlyList<AggregateRoot>> LinkedOnlyToAsync(Resource resource, Guid id, CancellationToken ct)
    {
        if (resource.LinkColumn is not { } column) return [];
        var others = string.Concat(resources.All.Select(r => r.LinkColumn).OfType<string>().Where(c => c != column).Distinct().Select(c => $" and {c} is null"));
        return await WorkAsync(t => $"select id from crm.{t} where tenant_id = @TenantId and {column} = @Id and deleted_at is null{others} order by id", new { Id = id }, ct);
    }

    public Task<IReadOnlyList<AggregateRoot>> FallenWithAsync(Guid deletionId, CancellationToken ct) =>
        WorkAsync(t => $"select id from crm.{t} where tenant_id = @TenantId and deletion_id = @DeletionId order by id", new { DeletionId = deletionId }, ct);

    private async Task<IReadOnlyList<AggregateRoot>> WorkAsync(Func<string, string> sql, object parameters, CancellationToken ct)
    {
        var work = new List<AggregateRoot>();
        foreach (var name in (string[])["tasks", "activities"])
        {
            if (resources.Find(name) is not { } resource) continue;
            foreach (var id in await ScalarsAsync<Guid>(sql(resource.Table), parameters, ct))
                if (await Loader(resource).LoadAsync(id, ct) is { } record) work.Add(record);
        }
        return work;
    }

    private async Task<AggregateRoot?> LoadAsync(Resource resource, Guid id, CancellationToken ct)
    {
        var loader = Loader(resource);
        var record = await loader.LoadAsync(id, ct);
        return record is not null && loader.Sees(record) ? record : null;
    }

    private IAggregateLoader Loader(Resource resource) =>
        (IAggregateLoader)services.GetRequiredService(typeof(IRepository<>).MakeGenericType(resource.Aggregate));

    private async Task<IReadOnlyList<T>> ScalarsAsync<T>(string sql, object parameters, CancellationToken ct)
    {
        var all = new DynamicParameters(parameters);
        all.Add("TenantId", session.TenantId);
        await using var grid = await session.Connection.QueryMultipleAsync(new CommandDefinition(sql, all, session.Transaction, cancellationToken: ct));
        var found = new List<T>();
        while (!grid.IsConsumed) found.AddRange(await grid.ReadAsync<T>());
        return found;
    }
}

/// <summary>Loads an aggregate whose type is known by its resource only.</summary>
internal interface IAggregateLoader
{
    Task<AggregateRoot?> LoadAsync(Guid id, CancellationToken ct);

    bool Sees(AggregateRoot record);
}
