using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Resources;

namespace Crm.Application.Listing;

/// <summary>The SQL of one page, made from the resource's declaration.</summary>
internal sealed class ListSql
{
    private readonly Resource _resource;
    private readonly ListRequest _request;
    private readonly IReadOnlyList<SortKey> _sort;
    private readonly Cursor? _cursor;
    private readonly string _where;

    public ListSql(Resource resource, ListRequest request, Caller caller)
    {
        (_resource, _request) = (resource, request);
        _sort = request.Sort.Count > 0 ? request.Sort : [DefaultSort(resource)];
        _cursor = request.Cursor is null ? null : Cursor.Decode(request.Cursor, resource, _sort);
        Fields = request.Read(resource);
        var filters = new FilterSql(caller.Tenant, Parameters);
        var where = new StringBuilder(RecordScope.Of(resource, caller, Parameters, request.Deleted));
        if (request.Filter is not null) where.Append(" and ").Append(filters.Write(request.Filter));
        if (request.Search is not null) where.Append(" and ").Append(filters.Search(request.Search));
        _where = where.ToString();
    }

    /// <summary>The parameters of every statement.</summary>
    public Dictionary<string, object?> Parameters { get; } = [];

    /// <summary>The members read.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Statements that give the page in order, one row more than asked for; the rows of one follow those of the one before.</summary>
    public IReadOnlyList<string> Page()
    {
        Parameters["Limit"] = _request.Take + 1;
        var order = Order();
        if (!Splits()) return [Statement(_cursor is null ? "" : $" and {After()}", order, _request.Skip)];
        // Nulls come last. One index serves both halves only when each is asked for by itself.
        var lead = _sort[0];
        var some = _cursor is null ? $" and {lead.Field.Sortable} is not null" : $" and ({lead.Field.Sortable}, t.id) {(lead.Descending ? "<" : ">")} (@c0, @cid)";
        if (_cursor is not null) (Parameters["c0"], Parameters["cid"]) = (_cursor.Values[0], _cursor.Id);
        var direction = lead.Descending ? "desc" : "asc";
        var present = $"{lead.Field.Sortable} {direction} nulls {(lead.Descending ? "last" : "first")}, t.id {direction}";
        return [Statement(some, present, 0), Statement($" and {lead.Field.Sortable} is null", $"t.id {direction}", 0)];
    }

    /// <summary>Counts exactly, but no further than <paramref name="upTo"/> rows.</summary>
    public string Count(int? upTo) => upTo is { } limit
        ? $"select count(*) from (select 1 from {From()} where {_where} limit {limit}) as counted"
        : $"select count(*) from {From()} where {_where}";

    /// <summary>Asks the planner how many rows there are.</summary>
    public string Estimate() => $"explain (format json) select 1 from {From()} where {_where}";

    /// <summary>The cursor after this row.</summary>
    public string CursorAfter(object?[] row)
    {
        var width = Fields.Sum(f => f.Width);
        var values = Enumerable.Range(0, _sort.Count).Select(i => row[width + i]).ToArray();
        return new Cursor(values, (Guid)row[width + _sort.Count]!).Encode(_resource, _sort);
    }

    /// <summary>The select list of these members of the resource.</summary>
    public static string Select(Resource resource, IReadOnlyList<Field> fields) =>
        ReferenceEquals(fields, resource.Fields) ? resource.SelectList : string.Join(", ", fields.Select(f => f.Select));

    private static SortKey DefaultSort(Resource resource) => new(resource.Find("createdAt") ?? resource.Fields[0], true);

    private string From() => $"crm_read.{_resource.Table} t";

    private string Statement(string also, string order, int skip) =>
        $"select {Select(_resource, Fields)}, {string.Join(", ", _sort.Select(s => s.Field.Sortable))}, t.id from {From()} where {_where}{also} order by {order} limit @Limit{(skip > 0 ? $" offset {skip}" : "")}";

    private bool Splits() => _sort is [{ Field.Nullable: true } only] && _request.Skip == 0
        && (_cursor is null ? !only.Descending : _cursor.Values[0] is not null);

    private string Order()
    {
        var keys = _sort.Select(s => $"{s.Field.Sortable} {(s.Descending ? "desc" : "asc")}{(s.Field.Nullable && s.Descending ? " nulls last" : "")}");
        return $"{string.Join(", ", keys)}, t.id {(_sort[0].Descending ? "desc" : "asc")}";
    }

    private string After()
    {
        for (var i = 0; i < _sort.Count; i++) if (_cursor!.Values[i] is { } value) Parameters[$"c{i}"] = value;
        Parameters["cid"] = _cursor!.Id;
        var than = _sort[0].Descending ? "<" : ">";
        if (_sort.All(s => !s.Field.Nullable && s.Descending == _sort[0].Descending))
            return $"({string.Join(", ", _sort.Select(s => s.Field.Sortable))}, t.id) {than} ({string.Join(", ", _sort.Select((_, i) => $"@c{i}"))}, @cid)";
        var alternatives = new List<string>();
        var equal = new StringBuilder();
        for (var i = 0; i < _sort.Count; i++)
        {
            var (sql, absent) = (_sort[i].Field.Sortable, _cursor.Values[i] is null);
            if (!absent) alternatives.Add($"{equal}({sql} {(_sort[i].Descending ? "<" : ">")} @c{i}{(_sort[i].Field.Nullable ? $" or {sql} is null" : "")})");
            equal.Append(absent ? $"{sql} is null and " : $"{sql} = @c{i} and ");
        }
        alternatives.Add($"{equal}t.id {than} @cid");
        return $"(({string.Join(") or (", alternatives)}))";
    }
}

/// <summary>The SQL that reads one record.</summary>
internal static class RecordSql
{
    /// <summary>The living record of the tenant; visibility may follow.</summary>
    public static string One(Resource resource, IReadOnlyList<Field> fields) =>
        $"select {ListSql.Select(resource, fields)} from crm_read.{resource.Table} t where t.tenant_id = @TenantId and t.id = @Id and t.deleted_at is null";
}
