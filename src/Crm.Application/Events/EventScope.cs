using System.Collections.Frozen;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Events;

/// <summary>
/// What one caller gets of the log: what he asks for, may read and sees. Written once, for pages and for streams: as a condition of
/// <see cref="LogSql"/>, and, as far as that can be told without looking at records, in memory.
/// </summary>
public sealed class EventScope
{
    private readonly FrozenSet<string> _readable, _personal;
    private readonly EventSelection _selection;
    private readonly Dictionary<string, object?> _parameters = [];

    private EventScope(Caller caller, EventSelection selection, ResourceCatalog resources)
    {
        var readable = resources.All.Where(r => caller.May(r.Permission("read"))).ToList();
        (Caller, _selection, _readable) = (caller, selection, readable.Select(r => r.EventName).ToFrozenSet(StringComparer.Ordinal));
        _parameters["Readable"] = _readable.ToArray();
        var conditions = new List<string> { "e.aggregate_type = any(@Readable)" };
        if (Visible(readable) is { } visible) conditions.Add(visible);
        else SeesAll = true;
        _personal = readable.Where(r => r.IsPersonal).Select(r => r.EventName).ToFrozenSet(StringComparer.Ordinal);
        if (RecordScope.PersonalEvents(readable, caller, _parameters) is { } own) conditions.Add(own);
        if (selection.Types is { } types) Add("e.type = any(@Types)", "Types", types.ToArray());
        if (selection.AggregateType is { } kind) Add("e.aggregate_type = @Kind", "Kind", kind);
        if (selection.AggregateId is { } id) Add("e.aggregate_id = @AggregateId", "AggregateId", id);
        Condition = string.Join(" and ", conditions);

        void Add(string condition, string name, object value)
        {
            conditions.Add(condition);
            _parameters[name] = value;
        }
    }

    /// <summary>Whose scope it is.</summary>
    public Caller Caller { get; }

    /// <summary>What must hold of an event <c>e</c>.</summary>
    public string Condition { get; }

    /// <summary>True when record visibility hides nothing: then what <see cref="Admits"/> is what the caller gets.</summary>
    public bool SeesAll { get; }

    /// <summary>The scope of a caller.</summary>
    public static EventScope Of(Caller caller, EventSelection selection, ResourceCatalog resources) => new(caller, selection, resources);

    /// <summary>False for what the caller does not ask for or may not read, whoever's it is, and for what is somebody else's alone.</summary>
    public bool Admits(LoggedEvent logged) => _readable.Contains(logged.Event.AggregateType) && _selection.Matches(logged.Event)
        && (!_personal.Contains(logged.Event.AggregateType) || Caller.SeesPersonal(logged.OwnerId));

    /// <summary>The parameters of the statement.</summary>
    public Dictionary<string, object?> Parameters(LogPosition after, int take)
    {
        var parameters = LogSql.Parameters(after, take);
        foreach (var (name, value) in _parameters) parameters[name] = value;
        return parameters;
    }

    /// <summary>
    /// Record visibility in the log, or null when the caller sees everything. An event carries its record's owner; one of what is attached to
    /// others has none, and is seen as its record is now.
    /// </summary>
    private string? Visible(IReadOnlyList<Resource> readable)
    {
        var owned = RecordScope.Visible("owner_id", "e", Caller, _parameters, "co_owner_id");
        var attached = readable.Where(r => r.AttachedTo.Count > 0).Select(r => (r.EventName, r.Table, Condition: RecordScope.Visible(r, "t", Caller, _parameters, withDeleted: true))).ToList();
        if (owned is null && attached.All(a => a.Condition is null)) return null;
        _parameters["Open"] = readable.Where(r => r.OwnerColumn is null && r.AttachedTo.Count == 0).Select(r => r.EventName).ToArray();
        _parameters["Owned"] = readable.Where(r => r.OwnerColumn is not null).Select(r => r.EventName).ToArray();
        var alternatives = attached.Select(a => $"(e.aggregate_type = '{a.EventName}' and exists (select from crm_read.{a.Table} t where t.tenant_id = @TenantId and t.id = e.aggregate_id and {a.Condition ?? "true"}))");
        return $"({string.Join(" or ", ["e.aggregate_type = any(@Open)", $"(e.aggregate_type = any(@Owned) and {owned ?? "true"})", .. alternatives])})";
    }
}
