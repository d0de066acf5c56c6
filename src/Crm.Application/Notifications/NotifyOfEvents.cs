using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Resources;

namespace Crm.Application.Notifications;

/// <summary>Tells members of what others did that concerns them: once for each event, in the transaction that goes along the log.</summary>
internal sealed class NotifyOfEvents(INotifier notifier, Mentions mentions, IReadDb db, ResourceCatalog resources, IRequestContext context, IUnitOfWork unit) : ILogFollower
{
    private const string Task = "select t.title from crm_read.tasks t where t.tenant_id = @TenantId and t.id = @Id and t.deleted_at is null";

    private const string Lead = "select l.name from crm_read.leads l where l.tenant_id = @TenantId and l.id = @Id and l.deleted_at is null";

    private const string Deal = """
        select d.title as Title, d.owner_id as OwnerId, t.manager_id as ManagerId
        from crm_read.deals d
        left join crm_read.members m on m.tenant_id = @TenantId and m.id = d.owner_id
        left join crm_read.teams t on t.tenant_id = @TenantId and t.id = m.team_id and t.deleted_at is null
        where d.tenant_id = @TenantId and d.id = @Id and d.deleted_at is null
        """;

    private const string Offer = """
        select o.number as Number, c.name as Customer, o.owner_id as OwnerId
        from crm_read.offers o join crm_read.customers c on c.tenant_id = @TenantId and c.id = o.customer_id
        where o.tenant_id = @TenantId and o.id = @Id and o.deleted_at is null
        """;

    private const string Failed = """
        select c.name as Customer, r.owner_id as OwnerId
        from crm_read.recurring_invoices r join crm_read.customers c on c.tenant_id = @TenantId and c.id = r.customer_id
        where r.tenant_id = @TenantId and r.id = @Id and r.deleted_at is null
        """;

    private const string Invoice = """
        select i.number as Number, c.name as Customer, i.owner_id as OwnerId
        from crm_read.invoices i join crm_read.customers c on c.tenant_id = @TenantId and c.id = i.customer_id
        where i.tenant_id = @TenantId and i.id = @Id and i.deleted_at is null
        """;

    public string Name => "notifications";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        foreach (var e in events.Select(e => e.Event))
        {
            if (resources.ByEventName(e.AggregateType) is not { IsPersonal: false } resource) continue;
            var notices = await NoticesAsync(e, resource, ct);
            if (notices.Count == 0) continue;
            context.FollowFrom(e.Id, e.CorrelationId);
            foreach (var notice in notices) await notifier.NotifyAsync(notice, ct);
            await unit.SaveAsync(ct);
        }
    }

    /// <summary>Nobody is told what he did himself.</summary>
    private async Task<List<Notice>> NoticesAsync(LogEvent e, Resource resource, CancellationToken ct)
    {
        List<Notice> notices = e.Type switch
        {
            "task.assigned" => await AssignedAsync(e, ct),
            "lead.routed" => await RoutedAsync(e, ct),
            "deal.won" => await ClosedAsync(e, NotificationKinds.DealWon, ct),
            "deal.lost" => await ClosedAsync(e, NotificationKinds.DealLost, ct),
            "offer.accepted" => await OfferAsync(e, NotificationKinds.OfferAccepted, e.Data.GetProperty("acceptance").GetProperty("comment"), ct),
            "offer.declined" => await OfferAsync(e, NotificationKinds.OfferDeclined, e.Data.GetProperty("reason"), ct),
            "offer.expired" => await OfferAsync(e, NotificationKinds.OfferExpired, default, ct),
            "recurring_invoice.failed" => await FailedAsync(e, ct),
            "invoice.reminder_failed" => await NotRemindedAsync(e, ct),
            _ => [],
        };
        if (e.Data.TryGetProperty("record", out var record)) notices.AddRange(await mentions.FindAsync(e, record, resource, ct));
        return [.. notices.Where(n => n.MemberId != e.Actor.Id)];
    }

    private async Task<List<Notice>> AssignedAsync(LogEvent e, CancellationToken ct) =>
        e.Data.TryGetProperty("assigneeId", out var assignee) && assignee.ValueKind == JsonValueKind.String && await db.FirstOrDefaultAsync<string>(Task, new { Id = e.AggregateId }, ct) is { } title
            ? [new Notice(assignee.GetGuid(), NotificationKinds.TaskAssigned, title, null, "tasks", e.AggregateId, e.Id)]
            : [];

    private async Task<List<Notice>> RoutedAsync(LogEvent e, CancellationToken ct) => await db.FirstOrDefaultAsync<string>(Lead, new { Id = e.AggregateId }, ct) is { } name
        ? [new Notice(e.Data.GetProperty("ownerId").GetGuid(), NotificationKinds.LeadRouted, name, e.Data.GetProperty("ruleName").GetString(), "leads", e.AggregateId, e.Id)]
        : [];

    private async Task<List<Notice>> ClosedAsync(LogEvent e, string kind, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<Closed>(Deal, new { Id = e.AggregateId }, ct) is not { } deal) return [];
        return [.. new[] { deal.OwnerId, deal.ManagerId }.OfType<Guid>().Distinct().Select(member => new Notice(member, kind, deal.Title, null, "deals", e.AggregateId, e.Id))];
    }

    private async Task<List<Notice>> OfferAsync(LogEvent e, string kind, JsonElement said, CancellationToken ct) => await db.FirstOrDefaultAsync<Numbered>(Offer, new { Id = e.AggregateId }, ct) is { OwnerId: { } owner } offer
        ? [new Notice(owner, kind, $"{offer.Number}, {offer.Customer}", said.ValueKind == JsonValueKind.String ? said.GetString() : null, "offers", e.AggregateId, e.Id)]
        : [];

    private async Task<List<Notice>> FailedAsync(LogEvent e, CancellationToken ct) => await db.FirstOrDefaultAsync<Recurring>(Failed, new { Id = e.AggregateId }, ct) is { OwnerId: { } owner } recurring
        ? [new Notice(owner, NotificationKinds.RecurringInvoiceFailed, recurring.Customer, e.Data.GetProperty("reason").GetString(), "recurring-invoices", e.AggregateId, e.Id)]
        : [];

    private async Task<List<Notice>> NotRemindedAsync(LogEvent e, CancellationToken ct) => await db.FirstOrDefaultAsync<Numbered>(Invoice, new { Id = e.AggregateId }, ct) is { OwnerId: { } owner } invoice
        ? [new Notice(owner, NotificationKinds.InvoiceReminderFailed, $"{invoice.Number}, {invoice.Customer}", e.Data.GetProperty("reason").GetString(), "invoices", e.AggregateId, e.Id)]
        : [];

    private sealed record Recurring(string Customer, Guid? OwnerId);

    private sealed record Numbered(string Number, string Customer, Guid? OwnerId);

    private sealed record Closed(string Title, Guid? OwnerId, Guid? ManagerId);
}
