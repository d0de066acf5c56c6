using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Events;

/// <summary>The wire name and payload of domain events: <c>Created&lt;Lead&gt;</c> is lead.created, <c>DealStageChanged</c> deal.stage_changed.</summary>
public static class EventTypes
{
    private static readonly ConcurrentDictionary<(Type Event, Type Aggregate), string> Names = new();

    /// <summary>The types of all aggregates, such as <c>lead</c>.</summary>
    public static IReadOnlySet<string> Aggregates => Known.Value.Aggregates;

    /// <summary>Every type an event of the log can have, such as <c>lead.created</c>.</summary>
    public static IReadOnlySet<string> All => Known.Value.Events;

    /// <summary>The wire name of an aggregate's event.</summary>
    /// <exception cref="InvalidOperationException">The class is not named after its aggregate.</exception>
    public static string Name(Type eventType, Type aggregate) => Names.GetOrAdd((eventType, aggregate), static key =>
    {
        var aggregateName = RecordName.Of(key.Aggregate);
        if (key.Event.IsGenericType) return $"{aggregateName}.{Act(key.Event)}";
        var name = Snake(key.Event.Name);
        return name.StartsWith(aggregateName + "_", StringComparison.Ordinal)
            ? $"{aggregateName}.{name[(aggregateName.Length + 1)..]}"
            : throw new InvalidOperationException($"{key.Event.Name} must begin with {aggregateName}.");
    });

    /// <summary>The payload: the event's own members.</summary>
    public static string Data(IDomainEvent domainEvent) => JsonSerializer.Serialize(domainEvent, domainEvent.GetType(), WireJson.Options);

    private static readonly Lazy<(FrozenSet<string> Aggregates, FrozenSet<string> Events)> Known = new(() =>
    {
        var types = typeof(AggregateRoot).Assembly.GetTypes().Where(t => !t.IsAbstract).ToList();
        var aggregates = types.Where(t => t.IsSubclassOf(typeof(AggregateRoot))).ToList();
        var events = types.Where(t => t.IsAssignableTo(typeof(IDomainEvent))).ToList();
        // Of "deal" and a "deal_x" that begins like it, the longer name is meant.
        var own = events.Where(e => !e.IsGenericType).SelectMany(e => aggregates
            .Where(a => Snake(e.Name).StartsWith(RecordName.Of(a) + "_", StringComparison.Ordinal)).OrderByDescending(a => RecordName.Of(a).Length).Take(1).Select(a => Name(e, a)));
        var common = events.Where(e => e.IsGenericType).SelectMany(e => aggregates.Select(a => $"{RecordName.Of(a)}.{Act(e)}"));
        return (aggregates.Select(RecordName.Of).ToFrozenSet(), own.Concat(common).ToFrozenSet());
    });

    private static string Act(Type generic) => Snake(generic.Name[..generic.Name.IndexOf('`')]);

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
