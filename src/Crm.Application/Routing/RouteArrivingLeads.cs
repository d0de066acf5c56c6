using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Events;

namespace Crm.Application.Routing;

/// <summary>Orders the routing of leads that arrive with no owner stated, where there are rules. Each is routed in a transaction of its own, so that turns are held for moments.</summary>
internal sealed class RouteArrivingLeads(IReadDb db, IOutbox outbox) : ILogFollower
{
    private const string AnySql = "select exists (select from crm_read.routing_rules r where r.tenant_id = @TenantId and r.is_active and r.deleted_at is null)";

    public string Name => "routing";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        var arrived = events.Where(e => e.Event.Type == "lead.created" && e.Event.Data.TryGetProperty("ownerIsStated", out var stated) && stated.ValueKind == JsonValueKind.False).ToList();
        if (arrived.Count == 0 || !await db.FirstOrDefaultAsync<bool>(AnySql, null, ct)) return;
        foreach (var lead in arrived) await outbox.RepeatAsync(OutboxMessage.Without(lead.Event.Id, lead.TenantId), RouteArrivedLead.SinkName, ct);
    }
}

/// <summary>Routes one lead that has arrived: at least once tried, once done.</summary>
internal sealed class RouteArrivedLead(IUnitOfWork unit, LeadRouter router, IRequestContext context) : IOutboxSink
{
    public const string SinkName = "leads.route";

    public string Name => SinkName;

    public Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        context.FollowFrom(message.EventId, null);
        return unit.TransactAsync(() => router.ArrivedAsync(message.AggregateId, message.EventId, ct), ct);
    }
}
