using Crm.Application.Workflows;
using Crm.Infrastructure.Verification;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>
/// What goes on by itself, now or at its time, is in the outbox or in what is handed to it later: runs of rules, approvals that expire, rules that go by the clock. One that is
/// woken without need finds nothing to do.
/// </summary>
internal static class Alarms
{
    private static readonly string Missing = $"""
        select a.sink, a.id, a.due_at from (
          select '{WorkflowRunState.Sink}' as sink, r.id, r.due_at from crm_read.workflow_runs r where r.tenant_id = @TenantId and (r.status = 'RUNNING' or r.status = 'WAITING' and r.due_at is not null)
          union all
          select '{ClockSinks.Approval}', p.id, p.expires_at from crm_read.approvals p where p.tenant_id = @TenantId and p.status = 'PENDING' and p.expires_at is not null and p.deleted_at is null
          union all
          select '{ClockSinks.Rule}', w.id, null from crm_read.workflow_rules w
          where w.tenant_id = @TenantId and w.is_active and w.deleted_at is null and w.trigger ->> 'type' in ('SCHEDULED', 'DATE_REACHED')) as a
        where not exists (select from crm.outbox_later l where l.tenant_id = @TenantId and l.sink = a.sink and l.id = a.id)
          and not exists (select from crm.outbox o where o.tenant_id = @TenantId and o.sink = a.sink and o.event_id = a.id)
        """;

    internal static IReadModel Model { get; } = new SumsModel("what goes on by itself",
        $"insert into crm.outbox_later (tenant_id, sink, id, due_at) select @TenantId, m.sink, m.id, coalesce(m.due_at, now()) from ({Missing}) as m order by 2, 3 on conflict do nothing");

    internal static ITenantCheck Check { get; } = new SqlCheck("what goes on by itself is waited for",
        "select count(*) from crm_read.workflow_runs r where r.tenant_id = @TenantId and r.status in ('RUNNING', 'WAITING')", $"select m.sink || ' of ' || m.id from ({Missing}) as m");
}
