using Crm.Domain.Common;

namespace Crm.Domain.EventConsumers;

/// <summary>What users state about a consumer of events: which it wants.</summary>
public record EventConsumerDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters; unique among living consumers.</summary>
    public required string Name { get; init; }
    /// <summary>The types of events it wants; all when empty.</summary>
    public ValueList<string> Types { get; init; } = [];
    /// <summary>The only kind of record it wants events of; any when null.</summary>
    public string? AggregateType { get; init; }
}

/// <summary>Somebody who pulls events and whose place in the log is kept for him. The place is no part of the record: it moves without a version.</summary>
public sealed class EventConsumer : Record<EventConsumer, EventConsumerDetails>, IUnrestricted
{
    private EventConsumer() { }

    /// <summary>Registers a consumer, at the beginning of the log. Raises <see cref="Created{EventConsumer}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name.</exception>
    public static EventConsumer Register(Guid id, EventConsumerDetails details)
    {
        var consumer = new EventConsumer { Id = id };
        consumer.Begin(details);
        return consumer;
    }

    /// <inheritdoc/>
    protected override void Guard(EventConsumerDetails? before, EventConsumerDetails after) => Require.Text(after.Name, "name");
}
