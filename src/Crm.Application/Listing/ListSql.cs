using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Application.Tagging;

namespace Crm.Application.Listing;

/// <summary>The SQL of one page, made from the resource's declaration.</summary>
internal sealed class ListSql
{
    private readonly Resource _resource;
    private readonly ListRequest _request;
    private readonly IReadOnlyList<SortKey> _sort;
    private readonly Cursor? _cursor;
    private readonly string _where;
    private readonly string _counted;
    private readonly string? _keptTag;
    private readonly bool _alongFilter;
    private readonly bool _alongSort;

    public ListSql(Resource resource, ListRequest request, Caller caller)
    {
        (_resource, _request) = (resource, request);
        _sort = request.Sort.Count > 0 ? request.Sort : [DefaultSort(resource)];
        _cursor = request.Cursor is null ? null : Cursor.Decode(request.Cursor, resource, _sort);
        Fields = request.Read(resource);
        // The index of custom fields has living records only.
        var driving = request.Deleted ? null : CustomIndex.Driving(request.Filter, _sort);
        _alongFilter = driving is not null;
        _alongSort = !request.Deleted && CustomIndex.Driving(_sort) is not null;
        var filters = new FilterSql(caller.Tenant, Parameters);
        var where = new StringBuilder(RecordScope.Of(resource, caller, Parameters, request.Deleted));
        var entries = driving is null ? null : $"v.tenant_id = @TenantId and {filters.WriteDriving(driving)}";
        var rest = CustomIndex.Without(request.Filter, driving);
        if (entries is not null) where.Append(" and ").Append(entries);
        if (rest is not null) where.Append(" and ").Append(request.Deleted ? filters.Write(rest) : filters.WriteIndexed(rest));
        if (request.Search is not null) where.Append(" and ").Append(filters.Search(request.Search));
        _where = where.ToString();
        // What is kept of all living records alone tells how many there are, where nothing else is asked of them: entries of the index, and the counts of tags.
        var seesAll = request.Search is null && RecordScope.Visible(resource, "t", caller, Parameters) is null;
        _counted = entries is not null && driving!.Field.Kind != FieldKind.Money && rest is null && seesAll ? $"crm_read.custom_values v where {entries}" : $"{From()} where {_where}";
        if (seesAll && !request.Deleted) _keptTag = OnlyTag(resource, request.Filter);
    }

    /// <summary>The parameters of every statement.</summary>
    public Dictionary<string, object?> Parameters { get; } = [];

    /// <summary>The members read.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Statements that give the page in order, one row more than asked for; the rows of one follow those of the one before.</summary>
    public IReadOnlyList<string> Page()
    {
        Parameters["Limit"] = _request.Take + 1;
        if (_alongSort) return _cursor is { Values: [null] } ? [] : [AlongSort("", _request.Skip)];
        if (!Splits()) return [Statement(_cursor is null ? "" : $" and {After()}", Order(), _request.Skip)];
        // Nulls come last. One index serves both halves only when each is asked for by itself.
        var lead = _sort[0];
        var some = _cursor is null ? $" and {lead.Field.Sortable} is not null" : $" and ({lead.Field.Sortable}, t.id) {(lead.Descending ? "<" : ">")} (@c0, @cid)";
        if (_cursor is not null) (Parameters["c0"], Parameters["cid"]) = (_cursor.Values[0], _cursor.Id);
        var direction = lead.Descending ? "desc" : "asc";
        var present = $"{lead.Field.Sortable} {direction} nulls {(lead.Descending ? "last" : "first")}, t.id {direction}";
        return [Statement(some, present, 0), Statement($" and {lead.Field.Sortable} is null", $"t.id {direction}", 0)];
    }

    /// <summary>
    /// The statement that goes on where those of the page end: records without a value of the custom field the list is sorted by, which its index does not have. Asked only
    /// when the page is not full, for it may go over all others. Null when the page is whole without it.
    /// </summary>
    public string? Rest()
    {
        if (!_alongSort) return null;
        var (lead, direction) = (_sort[0], _sort[0].Descending ? "desc" : "asc");
        var after = "";
        if (_cursor is { Values: [null] })
        {
            after = $" and t.id {(lead.Descending ? "<" : ">")} @cid";
            Parameters["cid"] = _cursor.Id;
        }
        var skipped = _request.Skip == 0 ? "" : $" offset greatest({_request.Skip} - (select count(*) from {Along(lead)}), 0)";
        return Statement($" and {lead.Field.Comparable} is null{after}", $"t.id {direction}", 0) + skipped;
    }

    /// <summary>True where <see cref="Count"/> tells any number at once.</summary>
    public bool IsCounted => _keptTag is not null;

    /// <summary>Counts exactly; no further than <paramref name="upTo"/> rows, where they have to be counted.</summary>
    public string Count(int? upTo)
    {
        if (_keptTag is null) return upTo is { } limit ? $"select count(*) from (select 1 from {_counted} limit {limit}) as counted" : $"select count(*) from {_counted}";
        (Parameters["TagOf"], Parameters["Tag"]) = (_resource.Name, _keptTag);
        return "select coalesce(sum(c.count), 0)::bigint from crm_read.tag_counts c where c.tenant_id = @TenantId and c.resource = @TagOf and c.tag = @Tag";
    }

    /// <summary>Asks the planner how many rows there are.</summary>
    public string Estimate() => $"explain (format json) select 1 from {_counted}";

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

    /// <summary>The one tag that records must carry, if that is all the filter asks.</summary>
    private static string? OnlyTag(Resource resource, FilterNode? filter) => TaggedResources.IsTagged(resource)
        && (filter is AllOf { Nodes: [var single] } ? single : filter) is Condition { Field: { Kind: FieldKind.Tags, Name: "tags" }, Operator: FilterOperator.Eq or FilterOperator.In, Values: [string tag] } ? tag : null;

    private static SortKey DefaultSort(Resource resource) => new(resource.Find("createdAt") ?? resource.Fields[0], true);

    private string From() => _alongFilter ? $"crm_read.custom_values v join {Records()} on t.tenant_id = @TenantId and t.id = v.record_id" : Records();

    private string Records() => $"crm_read.{_resource.Table} t";

    /// <summary>The entries of the field the list is sorted by, with their records.</summary>
    private string Along(SortKey lead)
    {
        var field = lead.Field.Custom!;
        return $"crm_read.custom_values v join {Records()} on t.tenant_id = @TenantId and t.id = v.record_id where {_where} and v.tenant_id = @TenantId and v.field = {field.Slot} and v.{CustomIndex.Column(field)} is not null";
    }

    /// <summary>The page along the entries of the field it is sorted by; only records that have a value.</summary>
    private string AlongSort(string also, int skip)
    {
        var (lead, field) = (_sort[0], _sort[0].Field.Custom!);
        var (value, direction) = ($"v.{CustomIndex.Column(field)}", _sort[0].Descending ? "desc" : "asc");
        if (_cursor is { Values: [{ } last] })
        {
            also += $" and ({value}, v.record_id) {(lead.Descending ? "<" : ">")} ({CustomIndex.Parameter(field, "@c0")}, @cid)";
            (Parameters["c0"], Parameters["cid"]) = (CustomIndex.Stored(last), _cursor.Id);
        }
        return $"select {Selected()} from {Along(lead)}{also} order by {value} {direction}, v.record_id {direction} limit @Limit{Offset(skip)}";
    }

    private string Statement(string also, string order, int skip) =>
        $"select {Selected()} from {From()} where {_where}{also} order by {order} limit @Limit{Offset(skip)}";

    private string Selected() => $"{Select(_resource, Fields)}, {string.Join(", ", _sort.Select(s => s.Field.Sortable))}, t.id";

    private static string Offset(int skip) => skip > 0 ? $" offset {skip}" : "";

    private bool Splits() => _sort is [{ Field.Nullable: true } only] && _request.Skip == 0
        && (_cursor is null ? !only.Descending : _cursor.Values[0] is not null);

    private string Order()
    {
        if (_alongFilter) return $"v.created_at {(_sort[0].Descending ? "desc" : "asc")}, v.record_id {(_sort[0].Descending ? "desc" : "asc")}";
        var keys = _sort.Select(s => $"{s.Field.Sortable} {(s.Descending ? "desc" : "asc")}{(s.Field.Nullable && s.Descending ? " nulls last" : "")}");
        return $"{string.Join(", ", keys)}, t.id {(_sort[0].Descending ? "desc" : "asc")}";
    }

    private string After()
    {
        for (var i = 0; i < _sort.Count; i++) if (_cursor!.Values[i] is { } value) Parameters[$"c{i}"] = value;
        Parameters["cid"] = _cursor!.Id;
        var than = _sort[0].Descending ? "<" : ">";
        if (_alongFilter) return $"(v.created_at, v.record_id) {than} (@c0, @cid)";
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
    public static string One(Resource resource, IReadOnlyList<Field> fields) => ReferenceEquals(fields, resource.Fields) ? resource.OneSql : Write(resource, fields);

    /// <summary>The same, written anew.</summary>
    internal static string Write(Resource resource, IReadOnlyList<Field> fields) =>
        $"select {ListSql.Select(resource, fields)} from crm_read.{resource.Table} t where t.tenant_id = @TenantId and t.id = @Id and t.deleted_at is null";
}
