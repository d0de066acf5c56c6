using System.Text.Json;
using Crm.Application.Webhooks;
using Crm.Domain.Common;
using Crm.Domain.Webhooks;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Webhooks;

/// <summary>Wakes the worker of this instance; others look once a second.</summary>
internal sealed class WebhookSignal : Events.WakeSignal;

/// <summary>The secrets, the queue and the deliveries of webhooks, on the open transaction.</summary>
internal sealed class WebhookStore(TenantSession session, Sealer sealer, WebhookSignal signal, TimeProvider clock) : IWebhookStore
{
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24), Kept = TimeSpan.FromDays(30);

    public async Task<string> IssueSecretAsync(Guid webhookId, CancellationToken ct)
    {
        const string sql = """
            delete from crm.webhook_secrets where tenant_id = @TenantId and webhook_id = @WebhookId and expires_at is not null;
            update crm.webhook_secrets set expires_at = now() + @Overlap where tenant_id = @TenantId and webhook_id = @WebhookId;
            insert into crm.webhook_secrets (tenant_id, id, webhook_id, secret) values (@TenantId, @Id, @WebhookId, @Sealed);
            """;
        var secret = StandardWebhooks.NewSecret();
        await RunAsync(sql, new { session.TenantId, Id = Ids.New(clock.GetUtcNow()), WebhookId = webhookId, Overlap, Sealed = sealer.Seal(secret, webhookId.ToByteArray()) }, ct);
        return StandardWebhooks.Text(secret);
    }

    public async Task<int> CountOthersAsync(Guid webhookId, CancellationToken ct)
    {
        const string sql = "select count(*)::integer from crm.webhooks where tenant_id = @TenantId and deleted_at is null and id <> @WebhookId";
        await session.HoldAsync("webhooks", ct);
        return await session.Connection.ExecuteScalarAsync<int>(new CommandDefinition(sql, new { session.TenantId, WebhookId = webhookId }, session.Transaction, cancellationToken: ct));
    }

    public Task OpenAsync(Guid webhookId, bool isOpen, int concurrency, CancellationToken ct)
    {
        // Whoever opens it again wants to know now whether it works.
        const string sql = """
            insert into crm.webhook_endpoints as e (tenant_id, webhook_id, is_open, slots) values (@TenantId, @WebhookId, @IsOpen, @Slots)
            on conflict (tenant_id, webhook_id) do update set is_open = @IsOpen, slots = @Slots, rest_until = null,
              failures = case when e.is_open then e.failures else 0 end, failing_since = case when e.is_open then e.failing_since end
            """;
        // What came in while it was being deleted has lost its lane.
        const string lanes = """
            insert into crm.webhook_lanes (tenant_id, webhook_id, aggregate_id)
            select distinct tenant_id, webhook_id, aggregate_id from crm.webhook_deliveries where tenant_id = @TenantId and webhook_id = @WebhookId and status = 'PENDING' order by 3
            on conflict do nothing
            """;
        if (isOpen) session.AfterCommit(signal.Raise);
        return RunAsync(isOpen ? $"{sql};\n{lanes};" : sql, new { session.TenantId, WebhookId = webhookId, IsOpen = isOpen, Slots = concurrency }, ct);
    }

    public Task CloseAsync(Guid webhookId, CancellationToken ct)
    {
        const string sql = """
            update crm.webhook_deliveries set status = 'CANCELLED', ended_at = now(), next_attempt_at = null where tenant_id = @TenantId and webhook_id = @WebhookId and status = 'PENDING';
            delete from crm.webhook_lanes where tenant_id = @TenantId and webhook_id = @WebhookId;
            delete from crm.webhook_endpoints where tenant_id = @TenantId and webhook_id = @WebhookId;
            """;
        return RunAsync(sql, new { session.TenantId, WebhookId = webhookId }, ct);
    }

    public async Task<IReadOnlyList<WebhookListener>> ListenersAsync(CancellationToken ct)
    {
        const string sql = "select id, events, filter::text from crm.webhooks where tenant_id = @TenantId and deleted_at is null and disabled_at is null";
        return [.. (await session.Connection.QueryAsync<(Guid Id, string[] Events, string? Filter)>(new CommandDefinition(sql, new { session.TenantId }, session.Transaction, cancellationToken: ct)))
            .Select(w => new WebhookListener(w.Id, w.Events, w.Filter is null ? null : FreeJson.Of(JsonSerializer.Deserialize<JsonElement>(w.Filter))))];
    }

    public async Task QueueAsync(IReadOnlyList<NewWebhookDelivery> deliveries, bool again, CancellationToken ct)
    {
        if (deliveries.Count == 0) return;
        await RunAsync($"{Insert(again)};\n{Lanes};\n{Sweep};", new
        {
            session.TenantId,
            Ids = deliveries.Select(d => d.EventType == WebhookEvents.Test ? d.EventId : Domain.Common.Ids.New(clock.GetUtcNow())).ToArray(),
            WebhookIds = deliveries.Select(d => d.WebhookId).ToArray(),
            EventIds = deliveries.Select(d => d.EventId).ToArray(),
            EventTypes = deliveries.Select(d => d.EventType).ToArray(),
            AggregateTypes = deliveries.Select(d => d.AggregateType).ToArray(),
            AggregateIds = deliveries.Select(d => d.AggregateId).ToArray(),
            Epochs = deliveries.Select(d => d.Place.Epoch).ToArray(),
            Xids = deliveries.Select(d => d.Place.Xid).ToArray(),
            Ns = deliveries.Select(d => d.Place.N).ToArray(),
            Kept,
            Swept = deliveries.Count * 2,
        }, ct);
        session.AfterCommit(signal.Raise);
    }

    public async Task RepeatAsync(Guid webhookId, Guid deliveryId, CancellationToken ct)
    {
        const string sql = """
            update crm.webhook_deliveries set status = 'PENDING', attempt_count = 0, next_attempt_at = null, ended_at = null
            where tenant_id = @TenantId and webhook_id = @WebhookId and id = @DeliveryId returning aggregate_id
            """;
        const string due = """
            insert into crm.webhook_lanes as l (tenant_id, webhook_id, aggregate_id) values (@TenantId, @WebhookId, @AggregateId)
            on conflict (tenant_id, webhook_id, aggregate_id) do update set stamp = l.stamp + 1, next_try_at = case when l.holder is null then now() else l.next_try_at end
            """;
        var found = await session.Connection.QueryAsync<Guid>(new CommandDefinition(sql, new { session.TenantId, WebhookId = webhookId, DeliveryId = deliveryId }, session.Transaction, cancellationToken: ct));
        foreach (var aggregate in found)
        {
            await RunAsync(due, new { session.TenantId, WebhookId = webhookId, AggregateId = aggregate }, ct);
            session.AfterCommit(signal.Raise);
            return;
        }
        throw WebhookErrors.NoSuchDelivery();
    }

    private static string Insert(bool again) => $"""
        insert into crm.webhook_deliveries as d (tenant_id, id, webhook_id, event_id, event_type, aggregate_type, aggregate_id, epoch, xid, n)
        select @TenantId, * from unnest(@Ids, @WebhookIds, @EventIds, @EventTypes, @AggregateTypes, @AggregateIds, @Epochs, @Xids, @Ns)
        on conflict (tenant_id, webhook_id, event_id) do {(again
            ? "update set status = 'PENDING', attempt_count = 0, next_attempt_at = null, ended_at = null where d.status <> 'PENDING'"
            : "nothing")}
        """;

    // In one order, whoever does it, so that none waits for another in a circle.
    private const string Lanes = """
        insert into crm.webhook_lanes as l (tenant_id, webhook_id, aggregate_id)
        select distinct @TenantId, w, a from unnest(@WebhookIds, @AggregateIds) as t (w, a) order by 2, 3
        on conflict (tenant_id, webhook_id, aggregate_id) do update set stamp = l.stamp + 1
        """;

    // With every piece that comes in, twice as much that has ended long ago goes.
    private const string Sweep = """
        delete from crm.webhook_deliveries where tenant_id = @TenantId and id in (
          select id from crm.webhook_deliveries where tenant_id = @TenantId and ended_at < now() - @Kept order by ended_at limit @Swept)
        """;

    private Task RunAsync(string sql, object parameters, CancellationToken ct) =>
        session.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct));
}
