using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Verification;

/// <summary>
/// Every record is what the last event of its log says: same version, same members, deleted or not; and the log tells of no record
/// that is not there. Loaded as commands load it and written as events carry it, some hundreds at a time.
/// </summary>
internal sealed class RecordsCheck : ITenantCheck
{
    private static readonly DbContextOptions<CrmDbContext> Options = new DbContextOptionsBuilder<CrmDbContext>().UseNpgsql()
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options;

    private readonly IReadOnlyList<Kind> _kinds;

    public RecordsCheck()
    {
        var states = new StateWriter(DependencyInjection.MapperOf(typeof(ICommand).Assembly));
        _kinds = [.. typeof(AggregateRoot).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(AggregateRoot))).OrderBy(RecordName.Of, StringComparer.Ordinal)
            .Select(type => (Kind)Activator.CreateInstance(typeof(Kind<>).MakeGenericType(type), states)!)];
    }

    public string Name => "every record is what its log says";

    public async Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct)
    {
        await using var db = new CrmDbContext(Options);
        await db.EnterAsync(rows.Connection, rows.Transaction, rows.TenantId, ct);
        foreach (var kind in _kinds) await kind.RunAsync(db, rows, report, ct);
        db.Leave();
    }

    private abstract class Kind
    {
        public abstract Task RunAsync(CrmDbContext db, TenantRows rows, CheckReport report, CancellationToken ct);
    }

    private sealed class Kind<TRecord>(StateWriter states) : Kind where TRecord : AggregateRoot
    {
        private const int PageSize = 500;

        private readonly string _name = RecordName.Of(typeof(TRecord));

        public override async Task RunAsync(CrmDbContext db, TenantRows rows, CheckReport report, CancellationToken ct)
        {
            var table = db.Model.FindEntityType(typeof(TRecord))!.GetTableName();
            var page = $"""
                select r.id as Id, r.version as Version, r.deleted_at is not null as IsDeleted, e.version as LogVersion, e.type as LastType, e.state::text as State
                from (
                  select t.id, t.version, t.deleted_at from crm_read.{table} t where t.tenant_id = @TenantId and t.id > @After order by t.id limit {PageSize}) as r
                left join lateral (
                  select e.version, e.type, e.state from crm_read.events e where e.tenant_id = @TenantId and e.aggregate_id = r.id
                  order by e.version desc, e.epoch desc, e.xid desc, e.n desc limit 1) as e on true
                order by r.id
                """;
            for (var after = Guid.Empty; ;)
            {
                var told = await rows.QueryAsync<Told>(page, new { After = after }, ct);
                if (told.Count == 0) break;
                after = told[^1].Id;
                var ids = told.Select(t => t.Id).ToArray();
                var records = await db.Set<TRecord>().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, ct);
                foreach (var list in ChildList.Of(typeof(TRecord))) await list.LoadAsync(db, records.Values, ct);
                foreach (var one in told)
                    if (Difference(one, records[one.Id]) is { } difference) report.Note($"{_name} {one.Id} of tenant {rows.TenantId}: {difference}");
                report.Look(told.Count);
            }

            var without = $"""
                select e.aggregate_id from crm_read.events e where e.tenant_id = @TenantId and e.aggregate_type = @Name
                  and not exists (select from crm_read.{table} t where t.tenant_id = @TenantId and t.id = e.aggregate_id)
                group by e.aggregate_id
                """;
            // What a member was told is forgotten for good, long after it was deleted.
            if (typeof(TRecord).IsAssignableTo(typeof(IPersonal))) without = $"""
                select w.aggregate_id from ({without}) as w where (
                  select l.type from crm_read.events l where l.tenant_id = @TenantId and l.aggregate_id = w.aggregate_id order by l.version desc, l.epoch desc, l.xid desc, l.n desc limit 1) not like '%.deleted'
                """;
            foreach (var id in await rows.QueryAsync<Guid>(without, new { Name = _name }, ct)) report.Note($"{_name} {id} of tenant {rows.TenantId}: is in the log and not in its table");
        }

        private string? Difference(Told told, TRecord record)
        {
            if (told.LogVersion is not { } version) return "has no event";
            if (version != told.Version) return $"has version {told.Version}, and the log's last is {version}";
            // A deleted record takes no further event but the one that brings it back.
            if (told.LastType!.Split('.')[^1] is "deleted" or "removed" or "revoked" != told.IsDeleted) return told.IsDeleted ? "is deleted, and its log does not say so" : "is deleted by its log, and lives";
            if (told.State is null) return "has no state in its last event";
            using var log = JsonDocument.Parse(told.State);
            using var row = JsonDocument.Parse(states.Write(record));
            // A member that an older program did not know is not in its events; one that this program does not know is not in the row.
            var members = log.RootElement.EnumerateObject()
                .Where(m => row.RootElement.TryGetProperty(m.Name, out var now) && !JsonElement.DeepEquals(m.Value, now))
                .Select(m => m.Name).ToList();
            return members.Count > 0 ? $"differs from its log in {string.Join(", ", members)}" : null;
        }
    }

    private sealed record Told
    {
        public Guid Id { get; init; }
        public int Version { get; init; }
        public bool IsDeleted { get; init; }
        public int? LogVersion { get; init; }
        public string? LastType { get; init; }
        public string? State { get; init; }
    }
}
