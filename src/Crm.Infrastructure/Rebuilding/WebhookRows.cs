using Crm.Domain.Webhooks;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>What the queue of webhooks knows of each, and the lanes in which its deliveries wait.</summary>
internal static class WebhookRows
{
    private const string Wanted = """
        select w.id, w.disabled_at is null and not w.is_paused as is_open, coalesce(w.concurrency_limit, @Usual) as slots
        from crm.webhooks w where w.tenant_id = @TenantId and w.deleted_at is null
        """;

    private const string Waiting = """
        select d.tenant_id, d.webhook_id, d.aggregate_id from crm.webhook_deliveries d
        where d.tenant_id = @TenantId and d.status = 'PENDING'
          and not exists (select from crm.webhook_lanes l where l.tenant_id = @TenantId and l.webhook_id = d.webhook_id and l.aggregate_id = d.aggregate_id)
        """;

    internal static RecordsModel Model { get; } = new("the queue of webhooks", "webhook", "select count(*) from crm.webhooks w where w.tenant_id = @TenantId and w.deleted_at is null",
        $"""
        select coalesce(w.id, e.webhook_id) from ({Wanted}) as w
          full join (select k.webhook_id, k.is_open, k.slots from crm.webhook_endpoints k where k.tenant_id = @TenantId) as e on e.webhook_id = w.id
        where coalesce(w.id, e.webhook_id) > @After
          and ((w.is_open, w.slots) is distinct from (e.is_open, e.slots) or w.is_open and exists (select from ({Waiting}) as d where d.webhook_id = w.id))
        order by 1 limit @Piece
        """,
        $"""
        select w.id from crm.webhooks w where w.tenant_id = @TenantId and w.id = any(@Ids) order by w.id for no key update;
        delete from crm.webhook_endpoints e where e.tenant_id = @TenantId and e.webhook_id = any(@Ids) and not exists (select from ({Wanted}) as w where w.id = e.webhook_id);
        insert into crm.webhook_endpoints as e (tenant_id, webhook_id, is_open, slots)
        select @TenantId, w.id, w.is_open, w.slots from ({Wanted}) as w where w.id = any(@Ids)
        on conflict (tenant_id, webhook_id) do update set is_open = excluded.is_open, slots = excluded.slots where (e.is_open, e.slots) is distinct from (excluded.is_open, excluded.slots);
        insert into crm.webhook_lanes (tenant_id, webhook_id, aggregate_id)
        select distinct d.tenant_id, d.webhook_id, d.aggregate_id from ({Waiting}) as d where d.webhook_id = any(@Ids) order by 2, 3 on conflict do nothing
        """, new { Usual = Webhook.UsualConcurrency });
}
