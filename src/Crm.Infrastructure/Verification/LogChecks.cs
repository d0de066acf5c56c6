using System.Runtime.CompilerServices;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Verification;

/// <summary>What must hold of a tenant's log, and of what is kept beside it.</summary>
internal static class LogChecks
{
    private const string Events = "select count(*) from crm_read.events e where e.tenant_id = @TenantId";

    // Some deliveries carry the id of something else: their sinks say so.
    private static readonly string OfEvents = $"o.sink not in ({string.Join(", ", WithoutEvent().Select(name => $"'{name}'"))})";

    internal static IReadOnlyList<ITenantCheck> All { get; } =
    [
        new SqlCheck("the versions of every record in the log begin with 1 and have no gap",
            "select count(distinct e.aggregate_id) from crm_read.events e where e.tenant_id = @TenantId",
            """
            select min(e.aggregate_type) || ' ' || e.aggregate_id from crm_read.events e where e.tenant_id = @TenantId
            group by e.aggregate_id having min(e.version) <> 1 or max(e.version) <> count(distinct e.version)
            """),
        new SqlCheck("every record's versions come in the order of the log's positions", Events,
            """
            select kind || ' ' || id || ' at version ' || version from (
              select e.aggregate_type as kind, e.aggregate_id as id, e.version, lag(e.version) over (partition by e.aggregate_id order by e.epoch, e.xid, e.n) as before
              from crm_read.events e where e.tenant_id = @TenantId) as moves
            where before > version
            """),
        new SqlCheck("the last event of every version has the record's state", Events,
            """
            select kind || ' ' || id || ' at version ' || version from (
              select distinct on (e.aggregate_id, e.version) e.aggregate_type as kind, e.aggregate_id as id, e.version, e.state is null as missing
              from crm_read.events e where e.tenant_id = @TenantId order by e.aggregate_id, e.version, e.epoch desc, e.xid desc, e.n desc) as lasts
            where missing
            """),
        // What lies in the future of transactions will be overtaken: a reader that has seen it misses what comes then. A dump put back
        // without a new epoch is like that.
        new SqlCheck("no position of the log lies ahead of the database's transactions",
            "select (select count(*) from crm_read.events e where e.tenant_id = @TenantId) + (select count(*) from crm_read.audit_log a where a.tenant_id = @TenantId)",
            """
            select 'event ' || e.id from crm_read.events e, crm.service_state s
            where e.tenant_id = @TenantId and (e.epoch > s.epoch or e.epoch = s.epoch and e.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
            union all
            select 'audit entry ' || a.id from crm_read.audit_log a, crm.service_state s
            where a.tenant_id = @TenantId and (a.epoch > s.epoch or a.epoch = s.epoch and a.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
            """),
        new SqlCheck("what waits for delivery is an event of the log", $"select count(*) from crm.outbox o where o.tenant_id = @TenantId and {OfEvents}",
            $"""
            select 'delivery ' || o.id from crm.outbox o
            where o.tenant_id = @TenantId and {OfEvents} and not exists (select from crm_read.events e where e.tenant_id = @TenantId and e.id = o.event_id)
            """),
        new SqlCheck("no number was given that the counter does not know", "select count(*) from crm_read.customers c where c.tenant_id = @TenantId",
            """
            select 'customer ' || c.id from crm_read.customers c
            where c.tenant_id = @TenantId and c.number ~ '^C-[0-9]{1,18}$'
              and substr(c.number, 3)::bigint > coalesce((select k.value from crm_read.counters k where k.tenant_id = @TenantId and k.name = 'customer'), 0)
            """),
        new SqlCheck("numbers of invoices have no gap in their series and year", "select count(*) from crm_read.invoices i where i.tenant_id = @TenantId and i.number is not null",
            """
            select coalesce(k.name, g.name) || ': ' || coalesce(g.given, 0) || ' of ' || coalesce(k.value, 0)
            from (select c.name, c.value from crm_read.counters c where c.tenant_id = @TenantId and c.name like 'invoice %') as k
              full join (
                select 'invoice ' || coalesce(i.series, '') || to_char(i.issue_date, 'YYYY') as name, count(*) as given, max(substring(i.number from '[0-9]+$')::bigint) as last
                from crm_read.invoices i where i.tenant_id = @TenantId and i.number is not null group by 1) as g on g.name = k.name
            where k.value is distinct from g.given or k.value is distinct from g.last
            """),
        new SqlCheck("members and the users who reach the tenant are the same",
            "select count(*) from crm.user_tenants u where u.tenant_id = @TenantId",
            """
            select 'user ' || coalesce(m.id, u.user_id)
            from (select m.id, m.is_active from crm_read.members m where m.tenant_id = @TenantId and m.deleted_at is null) as m
              full join (select t.user_id, t.is_active from crm.user_tenants t where t.tenant_id = @TenantId) as u on u.user_id = m.id
            where m.is_active is distinct from u.is_active
            """),
        new SqlCheck("customers' derived figures are what their deals and activities say",
            "select count(*) from crm_read.customers c where c.tenant_id = @TenantId and c.deleted_at is null",
            $"""
            select 'customer ' || id || ': ' || members from (
              select c.id, concat_ws(', ',
                case when (c.won_value_amount, c.won_value_currency) is distinct from ({DerivedFigures.WonValue}, s.currency) then 'wonValue' end,
                case when c.last_contact_date is distinct from {DerivedFigures.LastContact} then 'lastContactDate' end) as members
              from crm_read.customers c, crm_read.tenant_settings s where c.tenant_id = @TenantId and s.tenant_id = @TenantId and c.deleted_at is null) as figures
            where members <> ''
            """),
        new SqlCheck("the sums of the pipeline report are what the deals say",
            "select count(*) from crm_read.deals d where d.tenant_id = @TenantId and d.deleted_at is null",
            $"""
            select distinct 'stage ' || stage_id from (
              select {DealFigures.Key}, {DealFigures.Figures} from crm_read.deal_figures f where f.tenant_id = @TenantId
              union all
              select {DealFigures.Key}, {DealFigures.Negative} from crm_read.deal_terms t where t.tenant_id = @TenantId) as figures
            {DealFigures.WhatIsLeft}
            """),
        new SqlCheck("the ledger of recurring revenue ends with what recurring invoices bring in", "select count(*) from crm_read.recurring_invoices r where r.tenant_id = @TenantId",
            $"select distinct 'recurring invoice ' || recurring_invoice_id from ({RecurringRevenueLedger.Missing}) as missing"),
    ];

    /// <summary>Sinks that need no event. What a sink says of itself depends on nothing it is made of, so it is asked without being made.</summary>
    private static IEnumerable<string> WithoutEvent() => new[] { typeof(ICommand).Assembly, typeof(LogChecks).Assembly }.SelectMany(a => a.GetTypes())
        .Where(t => t is { IsAbstract: false, IsInterface: false } && t.IsAssignableTo(typeof(IOutboxSink)) && t != typeof(FollowAgain))
        .Select(t => (IOutboxSink)RuntimeHelpers.GetUninitializedObject(t)).Where(s => !s.NeedsEvent).Select(s => s.Name);
}
