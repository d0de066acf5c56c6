using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.EventConsumers;

/// <summary>
/// The next events after what the consumer has acknowledged, of what it wants and you may read and see. Asking again gives the same, until
/// meta.position is acknowledged.
/// </summary>
/// <param name="Take">Events to give, 1–200.</param>
[Requires(Permissions.EventConsumersRead)]
public sealed record ListConsumerEvents(Guid Id, int Take = 50) : IQuery<DataPage<LogEvent>>;

internal sealed class ListConsumerEventsHandler(IReadDb db, ResourceCatalog resources, IRequestContext context) : IQueryHandler<ListConsumerEvents, DataPage<LogEvent>>
{
    private const string Sql = """
        select c.types as Types, c.aggregate_type as AggregateType, coalesce(p.epoch, 0) as Epoch, coalesce(p.xid, 0) as Xid, coalesce(p.n, 0) as N
        from crm_read.event_consumers c left join crm_read.event_consumer_places p on p.tenant_id = @TenantId and p.consumer_id = c.id
        where c.tenant_id = @TenantId and c.id = @Id and c.deleted_at is null
        """;

    public async Task<DataPage<LogEvent>> Handle(ListConsumerEvents query, CancellationToken ct)
    {
        if (!context.Caller.May(Permissions.EventsRead)) throw CrmException.Forbidden($"This needs the permission {Permissions.EventsRead}.");
        var found = await db.QueryAsync<Row>(Sql, new Dictionary<string, object?> { ["Id"] = query.Id }, ct);
        if (found is not [var consumer]) throw CrmException.NotFound("event consumer");
        var selection = new EventSelection(consumer.Types.Length == 0 ? null : consumer.Types.ToHashSet(StringComparer.Ordinal), consumer.AggregateType, null);
        return await EventPage.ReadAsync(db, EventScope.Of(context.Caller, selection, resources), resources, new LogPosition(consumer.Epoch, consumer.Xid, consumer.N), null, query.Take, ct);
    }

    private sealed record Row
    {
        public string[] Types { get; init; } = [];
        public string? AggregateType { get; init; }
        public long Epoch { get; init; }
        public long Xid { get; init; }
        public int N { get; init; }
    }
}
