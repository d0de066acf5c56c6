using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>
/// The SQL of one page of a timeline: each kind of entry gives at most a page of its own, newest first, and the newest of those are the
/// page. What the caller may not read is left out of the statement, what he may not see out of its rows.
/// </summary>
internal sealed class TimelineSql
{
    private readonly ResourceCatalog _resources;
    private readonly Caller _caller;
    private readonly IReadOnlyList<(Resource Resource, string? Column)> _subjects;

    public TimelineSql(Resource resource, ResourceCatalog resources, Caller caller)
    {
        (_resources, _caller) = (resources, caller);
        _subjects = [(resource, null), .. resource.TimelineIncludes.Select(i => (resources[i.Resource], (string?)i.Column)).Where(i => caller.May(i.Item1.Permission("read")))];
    }

    /// <summary>The parameters; the caller adds <c>Id</c>, <c>Limit</c>, <c>Skip</c> and, after a cursor, <c>At</c>, <c>N</c>, <c>After</c>.</summary>
    public Dictionary<string, object?> Parameters { get; } = [];

    public string Write(bool afterCursor)
    {
        var parts = new List<string>();
        if (_caller.May(Permissions.ActivitiesRead)) parts.Add(Activities(afterCursor));
        if (_caller.May(Permissions.TasksRead)) parts.Add(Tasks(afterCursor));
        if (_caller.May(Permissions.FilesRead)) parts.Add(Files(afterCursor));
        parts.Add(Events(afterCursor));
        return $"""
            with {string.Join(", ", _subjects.Select(Subject))}
            select * from ({string.Join("\nunion all ", parts)}) timeline
            order by OccurredAt desc, N desc, Id desc offset @Skip limit @Limit
            """;
    }

    private string Subject((Resource Resource, string? Column) subject) =>
        $"{Of(subject.Resource)} as materialized (select t.id, {subject.Resource.Title} as title from crm_read.{subject.Resource.Table} t "
        + $"where {RecordScope.Of(subject.Resource, _caller, Parameters, false)} and t.{subject.Column ?? "id"} = @Id)";

    private string Activities(bool afterCursor) => $"""
        (select a.id as Id, 'ACTIVITY' as Kind, a.type as Type, a.occurred_at as OccurredAt, 0 as N,
                coalesce({Began("a", "actor_type")}, 'USER') as ActorType, a.created_by as ActorId, {Began("a", "api_key_id")} as ApiKeyId, 'activity' as AggregateType, a.id as AggregateId, a.subject as Title,
                jsonb_build_object('body', a.body, 'durationMinutes', a.duration_minutes, 'taskId', a.task_id)::text as Data
         from crm_read.activities a
         where a.tenant_id = @TenantId and a.deleted_at is null and {Linked("a")} and {Visible("activities", "a")} and {After("a.occurred_at", "0", "a.id", afterCursor)}
         order by a.occurred_at desc, a.id desc limit @Limit)
        """;

    /// <summary>A column of the event that made the record; asked of the page's rows only, after the sort.</summary>
    private static string Began(string alias, string column) =>
        $"(select e.{column} from crm_read.events e where e.tenant_id = @TenantId and e.aggregate_id = {alias}.id and e.version = 1 order by e.n limit 1)";

    private string Tasks(bool afterCursor) => $"""
        (select e.id, 'TASK', e.type, e.occurred_at, e.n, e.actor_type, e.actor_id, e.api_key_id, 'task', w.id, w.title,
                jsonb_build_object('type', w.type, 'status', w.status, 'priority', w.priority, 'assigneeId', w.assignee_id)::text
         from crm_read.tasks w join crm_read.events e on e.tenant_id = @TenantId and e.aggregate_id = w.id
         where w.tenant_id = @TenantId and w.deleted_at is null and {Linked("w")} and {Visible("tasks", "w")}
           and e.type in ('task.created', 'task.completed') and {After("e.occurred_at", "e.n", "e.id", afterCursor)}
         order by e.occurred_at desc, e.n desc, e.id desc limit @Limit)
        """;

    // Whose record one sees, its files one sees too.
    private string Files(bool afterCursor) => $"""
        (select f.id, 'FILE', 'file.created', f.created_at, 0, coalesce({Began("f", "actor_type")}, 'USER'), f.created_by, {Began("f", "api_key_id")}, 'file', f.id, f.name,
                jsonb_build_object('contentType', f.content_type, 'size', f.size)::text
         from crm_read.files f
         where f.tenant_id = @TenantId and f.deleted_at is null and {Linked("f")} and {After("f.created_at", "0", "f.id", afterCursor)}
         order by f.created_at desc, f.id desc limit @Limit)
        """;

    private string Events(bool afterCursor) => $"""
        (select e.id, case when e.type in ('deal.stage_changed', 'deal.won', 'deal.lost', 'deal.reopened') then 'STAGE' else 'CHANGE' end,
                e.type, e.occurred_at, e.n, e.actor_type, e.actor_id, e.api_key_id, e.aggregate_type, e.aggregate_id, s.title, e.data::text
         from ({string.Join(" union all ", _subjects.Select(s => $"select id, title from {Of(s.Resource)}"))}) s
           join crm_read.events e on e.tenant_id = @TenantId and e.aggregate_id = s.id
         where e.tenant_id = @TenantId and {After("e.occurred_at", "e.n", "e.id", afterCursor)}
         order by e.occurred_at desc, e.n desc, e.id desc limit @Limit)
        """;

    /// <summary>Linked to one of the subjects; each alternative has an index of its own.</summary>
    private string Linked(string alias) =>
        $"({string.Join(" or ", _subjects.Select(s => $"{alias}.{s.Resource.LinkColumn} = any(array(select id from {Of(s.Resource)}))"))})";

    private string Visible(string name, string alias) => RecordScope.Visible(_resources[name], alias, _caller, Parameters) ?? "true";

    private static string After(string time, string number, string id, bool afterCursor) =>
        afterCursor ? $"({time}, {number}, {id}) < (@At, @N, @After)" : "true";

    private static string Of(Resource resource) => $"of_{resource.Table}";
}
