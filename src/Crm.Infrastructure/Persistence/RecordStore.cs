using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Infrastructure.Persistence;

/// <summary>Aggregates of any resource, by its declaration.</summary>
internal sealed class RecordStore(TenantSession session, ResourceCatalog resources, IServiceProvider services, IRequestContext context, TransactionMemo memo) : IRecordStore
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

    public async Task HoldAsync(Resource resource, IReadOnlyCollection<Guid> ids, IReadOnlyCollection<string> upserts, CancellationToken ct)
    {
        var held = ids.ToHashSet();
        if (upserts.Count > 0)
        {
            var once = upserts.CountBy(u => u, StringComparer.Ordinal).Where(u => u.Value == 1).Select(u => u.Key).ToArray();
            var all = new DynamicParameters(new { session.TenantId, resource.Table, Ids = once });
            await using var grid = await session.Connection.QueryMultipleAsync(new CommandDefinition($"""
                select null::int from (select {AllTwins}) as lock;
                select external_id as ExternalId, id as Id from crm.{resource.Table} where tenant_id = @TenantId and external_id = any(@Ids) and deleted_at is null
                """, all, session.Transaction, cancellationToken: ct));
            await grid.ReadAsync<int?>();
            var found = (await grid.ReadAsync<(string ExternalId, Guid Id)>()).ToDictionary(f => f.ExternalId, f => f.Id, StringComparer.Ordinal);
            foreach (var name in once) memo.Keep(typeof(RecordStore), (resource.Name, name), found.TryGetValue(name, out var id) ? id : null);
            held.UnionWith(found.Values);
        }
        if (held.Count > 0) await Loader(resource).LoadAsync(held, ct);
    }

    public async Task<Guid?> FindByExternalIdAsync(Resource resource, string externalId, CancellationToken ct)
    {
        if (memo.TryGet<Guid?>(typeof(RecordStore), (resource.Name, externalId), out var known)) return known;
        var found = await ScalarsAsync<Guid?>($"""
            select null::uuid from (select {OneTwin}) as lock;
            select id from crm.{resource.Table} where tenant_id = @TenantId and external_id = @ExternalId and deleted_at is null
            """, new { resource.Table, ExternalId = externalId }, ct);
        return found.FirstOrDefault(id => id is not null);
    }

    // Held to the end of the transaction: of two twins one creates, the other finds. A batch takes one lock instead of a thousand (the
    // server has a few thousand for everybody); single upserts share it and have one of their own besides.
    private const string AllTwins = "pg_advisory_xact_lock(hashtextextended(@TenantId::text || @Table, 1))";
    private const string OneTwin = "pg_advisory_xact_lock_shared(hashtextextended(@TenantId::text || @Table, 1)), pg_advisory_xact_lock(hashtextextended(@TenantId::text || @Table || @ExternalId, 0))";

    public async Task<bool> IsKeptAsync(Resource resource, Guid id, CancellationToken ct)
    {
        var uses = resource.KeptBy.Select(k => $"select 1 from crm.{k.Table} where tenant_id = @TenantId and {k.Column} = @Id and deleted_at is null");
        return (await ScalarsAsync<int>(string.Join(" union all ", uses) + " limit 1", new { Id = id }, ct)).Count > 0;
    }

    public Task<IReadOnlyList<AggregateRoot>> FallingWithAsync(Resource resource, Guid id, CancellationToken ct) =>
        DependentsAsync(Dependents.Of(resources, resource, "deleted_at is null"), new { Id = id }, ct);

    public Task<IReadOnlyList<AggregateRoot>> FallenWithAsync(Resource resource, Guid id, Guid deletionId, CancellationToken ct) =>
        DependentsAsync(Dependents.Of(resources, resource, "deletion_id = @DeletionId"), new { Id = id, DeletionId = deletionId }, ct);

    public async Task<bool> HoldLivingAsync(Resource resource, Guid id, CancellationToken ct) =>
        (await ScalarsAsync<Guid>($"select id from crm.{resource.Table} where tenant_id = @TenantId and id = @Id and deleted_at is null for key share", new { Id = id }, ct)).Count > 0;

    /// <summary>Finds them all in one round trip, then holds and loads each kind in one statement.</summary>
    private async Task<IReadOnlyList<AggregateRoot>> DependentsAsync(IReadOnlyList<(Resource Kind, string Sql)> kinds, object parameters, CancellationToken ct)
    {
        if (kinds.Count == 0) return [];
        var all = new DynamicParameters(parameters);
        all.Add("TenantId", session.TenantId);
        var ids = new List<IReadOnlyList<Guid>>();
        await using (var grid = await session.Connection.QueryMultipleAsync(new CommandDefinition(string.Join(";\n", kinds.Select(k => k.Sql)), all, session.Transaction, cancellationToken: ct)))
            while (!grid.IsConsumed) ids.Add((await grid.ReadAsync<Guid>()).AsList());
        var found = new List<AggregateRoot>();
        foreach (var ((kind, _), ofKind) in kinds.Zip(ids).Where(k => k.Second.Count > 0))
        {
            var loader = Loader(kind);
            await loader.LoadAsync(ofKind, ct);
            foreach (var id in ofKind)
                if (await loader.LoadAsync(id, ct) is { } record) found.Add(record);
        }
        return found;
    }

    private async Task<AggregateRoot?> LoadAsync(Resource resource, Guid id, CancellationToken ct)
    {
        var loader = Loader(resource);
        var record = await loader.LoadAsync(id, ct);
        return record is not null && await loader.SeesAsync(record, ct) ? record : null;
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

    /// <summary>Loads and locks many at once, so that each is at hand when it is asked for.</summary>
    Task LoadAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct);

    ValueTask<bool> SeesAsync(AggregateRoot record, CancellationToken ct);
}
