using System.Text.Json;
using AutoMapper;
using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>
/// Maps an aggregate to its state record: the record's own members after an event. The state inherits the details and adds what
/// the business decided, so a new member is listed once.
/// </summary>
public abstract class StateProfile<TAggregate, TDetails, TState> : Profile
    where TAggregate : Record<TAggregate, TDetails>
    where TDetails : RecordDetails
    where TState : TDetails
{
    /// <summary>Declares the two steps: the details as they are, then the aggregate's own members.</summary>
    protected StateProfile()
    {
        CreateMap<TDetails, TState>(MemberList.None);
        var map = CreateMap<TAggregate, TState>().BeforeMap((aggregate, state, context) => context.Mapper.Map(aggregate.Details, state));
        foreach (var member in typeof(TDetails).GetProperties()) map.ForMember(member.Name, o => o.Ignore());
        Also(map);
    }

    /// <summary>Adds what convention does not find.</summary>
    protected virtual void Also(IMappingExpression<TAggregate, TState> map) { }
}

/// <summary>Writes the state of aggregates as the JSON that events carry and history compares.</summary>
public sealed class StateWriter(IMapper mapper)
{
    private readonly Dictionary<Type, Type> _states = mapper.ConfigurationProvider.GetAllTypeMaps()
        .Where(m => typeof(AggregateRoot).IsAssignableFrom(m.SourceType)).ToDictionary(m => m.SourceType, m => m.DestinationType);

    /// <summary>The state as JSON.</summary>
    public string Write(AggregateRoot aggregate)
    {
        var state = mapper.Map(aggregate, aggregate.GetType(), _states[aggregate.GetType()]);
        return JsonSerializer.Serialize(state, state.GetType(), WireJson.Options);
    }
}
