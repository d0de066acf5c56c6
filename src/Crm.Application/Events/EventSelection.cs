using Crm.Application.Listing;

namespace Crm.Application.Events;

/// <summary>Which events of the log a reader asks for. Null members ask for all.</summary>
/// <param name="Types">Event types, such as lead.created.</param>
/// <param name="AggregateType">A kind of record, such as lead.</param>
/// <param name="AggregateId">One record.</param>
public sealed record EventSelection(IReadOnlySet<string>? Types, string? AggregateType, Guid? AggregateId)
{
    /// <summary>Everything.</summary>
    public static readonly EventSelection All = new(null, null, null);

    /// <summary>Reads what callers send: <paramref name="types"/> separated by commas.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY: a type is none.</exception>
    public static EventSelection Of(string? types, string? aggregateType, Guid? aggregateId)
    {
        if (aggregateType is not null && !EventTypes.Aggregates.Contains(aggregateType)) throw QueryErrors.Invalid("aggregateType", $"'{aggregateType}' is no kind of record");
        return new EventSelection(types?.Split(',').Select(t => EventTypes.All.Contains(t) ? t : throw QueryErrors.Invalid("types", $"'{t}' is no event type")).ToHashSet(StringComparer.Ordinal),
            aggregateType, aggregateId);
    }

    /// <summary>True when the event is asked for.</summary>
    public bool Matches(LogEvent e) =>
        (Types is null || Types.Contains(e.Type)) && (AggregateType is null || AggregateType == e.AggregateType) && (AggregateId is null || AggregateId == e.AggregateId);
}
