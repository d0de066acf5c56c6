using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Infrastructure.Events;

/// <summary>The wire name and payload of domain events: <c>Created&lt;Lead&gt;</c> is lead.created, <c>DealStageChanged</c> deal.stage_changed.</summary>
internal static class EventTypes
{
    private static readonly ConcurrentDictionary<(Type Event, Type Aggregate), string> Names = new();

    public static string Name(Type eventType, Type aggregate) => Names.GetOrAdd((eventType, aggregate), static key =>
    {
        var aggregateName = RecordName.Of(key.Aggregate);
        if (key.Event.IsGenericType) return $"{aggregateName}.{Snake(key.Event.Name[..key.Event.Name.IndexOf('`')])}";
        var name = Snake(key.Event.Name);
        return name.StartsWith(aggregateName + "_", StringComparison.Ordinal)
            ? $"{aggregateName}.{name[(aggregateName.Length + 1)..]}"
            : throw new InvalidOperationException($"{key.Event.Name} must begin with {aggregateName}.");
    });

    public static string Aggregate(Type aggregate) => RecordName.Of(aggregate);

    public static string Data(IDomainEvent domainEvent)
    {
        var data = JsonSerializer.SerializeToNode(domainEvent, domainEvent.GetType(), WireJson.Options)!.AsObject();
        return data.ToJsonString();
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
