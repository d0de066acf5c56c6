using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>Reads declared records: one by id, or pages of them. One round trip; another for what is expanded, and for the total of a list longer than its page.</summary>
public sealed class RecordReader(IReadDb db, ResourceCatalog resources, IRequestContext context)
{
    internal const int ExactUpTo = 1_000;

    /// <summary>One living record the caller may see, or null.</summary>
    public Task<RecordRow?> FindAsync(Resource resource, Guid id, ListRequest request, CancellationToken ct) =>
        OneAsync(resource, id, request, visibleOnly: true, ct);

    /// <summary>The record just written, whether or not its new owner's records are visible to the caller.</summary>
    public async Task<RecordRow> AnswerAsync(Resource resource, Guid id, CancellationToken ct) =>
        await OneAsync(resource, id, new ListRequest(), visibleOnly: false, ct) ?? throw CrmException.NotFound(resource.Singular);

    /// <summary>The records just written, by id, in one statement.</summary>
    public async Task<IReadOnlyDictionary<Guid, RecordRow>> AnswersAsync(Resource resource, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return new Dictionary<Guid, RecordRow>();
        var sql = $"select {resource.SelectList} from crm_read.{resource.Table} t where t.tenant_id = @TenantId and t.id = any(@Ids)";
        var rows = (await db.RowsAsync(sql, new Dictionary<string, object?> { ["Ids"] = ids.ToArray() }, ct))[0];
        return rows.Select(r => new RecordRow(resource.Fields, r, CustomOf(resource))).ToDictionary(r => r.Id);
    }

    /// <summary>A page.</summary>
    /// <exception cref="CrmException">INVALID_QUERY for a cursor of another list.</exception>
    public async Task<RecordPage> ListAsync(Resource resource, ListRequest request, CancellationToken ct)
    {
        foreach (var field in request.Expand) Authorize(field);
        var sql = new ListSql(resource, request, context.Caller);
        var rows = await PageAsync(sql, request, ct);
        var (total, estimated) = await CountAsync(sql, request, rows.Count, ct);
        var records = rows.Take(request.Take).Select(r => new RecordRow(sql.Fields, r, request.Custom ?? CustomOf(resource), request.Shown(resource).Count)).ToList();
        await ExpandAsync(records, request.Expand, ct);
        var next = rows.Count > request.Take ? sql.CursorAfter(rows[request.Take - 1]) : null;
        return new RecordPage(records, new PageMeta(request.Skip, request.Take, total, estimated, next));
    }

    private async Task<IReadOnlyList<object?[]>> PageAsync(ListSql sql, ListRequest request, CancellationToken ct)
    {
        var statements = sql.Page();
        var results = statements.Count == 0 ? [] : await db.RowsAsync(string.Join(";\n", statements), sql.Parameters, ct);
        IReadOnlyList<object?[]> rows = results.Count == 1 ? results[0] : [.. results.SelectMany(r => r)];
        return rows.Count > request.Take || sql.Rest() is not { } rest ? rows : [.. rows, .. (await db.RowsAsync(rest, sql.Parameters, ct))[0]];
    }

    private IReadOnlyList<CustomFieldDefinition> CustomOf(Resource resource) => context.Caller.CustomFields.Of(resource.Name).InUse;

    /// <summary>A page that is not full tells the total itself; only a full one costs a second statement.</summary>
    private async Task<(long? Total, bool IsEstimate)> CountAsync(ListSql sql, ListRequest request, int found, CancellationToken ct)
    {
        var mode = request.Count ?? (request.Cursor is null ? CountMode.Estimated : CountMode.None);
        if (mode == CountMode.None) return (null, false);
        if (request.Cursor is null && found <= request.Take && (found > 0 || request.Skip == 0)) return (request.Skip + found, false);
        var counted = await db.RowsAsync(sql.Count(mode == CountMode.Exact ? null : ExactUpTo + 1), sql.Parameters, ct);
        var total = (long)counted[0][0][0]!;
        if (mode == CountMode.Exact || total <= ExactUpTo) return (total, false);
        // Long lists are promised an estimate: one that happens to be known is as good as the planner's.
        return (sql.IsCounted ? total : await EstimateAsync(sql, ct), true);
    }

    private async Task<RecordRow?> OneAsync(Resource resource, Guid id, ListRequest request, bool visibleOnly, CancellationToken ct)
    {
        foreach (var field in request.Expand) Authorize(field);
        var fields = request.Read(resource);
        var parameters = new Dictionary<string, object?> { ["Id"] = id };
        if (resource.IsView) parameters["CallerPermissions"] = context.Caller.Permissions.Order(StringComparer.Ordinal).ToArray();
        var visible = visibleOnly ? RecordScope.Visible(resource, "t", context.Caller, parameters) : null;
        var sql = RecordSql.One(resource, fields) + (visible is null ? "" : $" and {visible}");
        var rows = (await db.RowsAsync(sql, parameters, ct))[0];
        if (rows.Count == 0) return null;
        var row = new RecordRow(fields, rows[0], request.Custom ?? CustomOf(resource), request.Shown(resource).Count);
        await ExpandAsync([row], request.Expand, ct);
        return row;
    }

    private async Task ExpandAsync(IReadOnlyList<RecordRow> records, IReadOnlyList<Field> expand, CancellationToken ct)
    {
        if (records.Count == 0 || expand.Count == 0) return;
        var parameters = new Dictionary<string, object?>();
        var statements = new List<string>();
        foreach (var field in expand)
        {
            var target = resources[field.RefersTo!];
            parameters[$"x{statements.Count}"] = records.Select(r => r[field.Name]).OfType<Guid>().Distinct().ToArray();
            statements.Add($"select {target.SelectList} from crm_read.{target.Table} t where {RecordScope.Of(target, context.Caller, parameters, false)} and t.id = any(@x{statements.Count})");
        }
        var results = await db.RowsAsync(string.Join(";\n", statements), parameters, ct);
        for (var i = 0; i < expand.Count; i++)
        {
            var target = resources[expand[i].RefersTo!];
            var byId = results[i].Select(r => new RecordRow(target.Fields, r, CustomOf(target))).ToDictionary(r => r.Id);
            foreach (var record in records)
                (record.Related ??= [])[expand[i].ExpandName!] = record[expand[i].Name] is Guid id ? byId.GetValueOrDefault(id) : null;
        }
    }

    private void Authorize(Field field)
    {
        var permission = resources[field.RefersTo!].Permission("read");
        if (!context.Caller.May(permission)) throw CrmException.Forbidden($"Expanding {field.ExpandName} needs the permission {permission}.");
    }

    private async Task<long> EstimateAsync(ListSql sql, CancellationToken ct)
    {
        var plan = (string)(await db.RowsAsync(sql.Estimate(), sql.Parameters, ct))[0][0][0]!;
        using var json = JsonDocument.Parse(plan);
        return json.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetInt64();
    }
}
