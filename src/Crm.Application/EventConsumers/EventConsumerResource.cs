using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Events;
using Crm.Application.Resources;
using Crm.Domain.EventConsumers;

namespace Crm.Application.EventConsumers;

/// <summary>The declaration of consumers.</summary>
public sealed class EventConsumerResource : Resource<EventConsumer, EventConsumerDetails>
{
    private const string Place = "from crm_read.event_consumer_places p where p.tenant_id = t.tenant_id and p.consumer_id = t.id";

    // As far as it matters: whoever is further behind than this is far behind.
    private const string Lag = $"""
        (select count(*) from (select from crm_read.events e where e.tenant_id = t.tenant_id
          and (e.epoch, e.xid, e.n) > (coalesce((select p.epoch {Place}), 0), coalesce((select p.xid {Place}), 0), coalesce((select p.n {Place}), 0))
          and (t.types = array[]::text[] or e.type = any(t.types)) and (t.aggregate_type is null or e.aggregate_type = t.aggregate_type) limit 1000) as waiting)::integer
        """;

    /// <summary>Declares the members.</summary>
    public EventConsumerResource() : base("event-consumers", "event consumer")
    {
        Table = "event_consumers";
        Text(x => x.Name).Required().Sort().Says("What it is called; unique.", "\"Data warehouse\"");
        Words(x => x.Types).OneOf([.. EventTypes.All.Order(StringComparer.Ordinal)]).Says("The types of events it wants; all when empty.", """["lead.created", "deal.won"]""");
        Text(x => x.AggregateType).OneOf([.. EventTypes.Aggregates.Order(StringComparer.Ordinal)]).Says("The only kind of record it wants events of.");
        ReadOnly("position", FieldKind.Text, expression: $"coalesce((select concat_ws('.', p.epoch, p.xid, p.n) {Place}), '0')").NotNull().NoFilter().Says("Up to where it has acknowledged; 0 is the beginning of the log.", "\"0\"");
        ReadOnly("lag", FieldKind.Integer, expression: Lag).NotNull().NoFilter().Says("How many events wait for it, up to 1,000.", "0");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(EventConsumerDetails details) => new CreateEventConsumer(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<EventConsumerDetails> patch) => new UpdateEventConsumer(id, patch);
}

/// <summary>A consumer's own members, as events carry them.</summary>
public sealed record EventConsumerState : EventConsumerDetails;

internal sealed class EventConsumerStateProfile : StateProfile<EventConsumer, EventConsumerDetails, EventConsumerState>;
