using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Notifications;
using Crm.Application.Schedules;
using Crm.Domain.Members;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>
/// Tells those who may read an organization's billing that something is to be paid for its plan, was not, is about to cost it the plan, and has: each once per charge, by what the books say
/// when its turn comes. So what is paid or granted meanwhile is not told of any more, whoever is late, and nobody has to remember what was planned.
/// </summary>
internal sealed class TellOfDunning(ISubscriptionBooks books, INotifier notifier, IReadDb db, PlanSettings settings, IRequestContext context) : ITenantSchedule
{
    private const int MostCharges = 20, MostChanges = 50;

    private const string Readers = """
        select m.id as Id, m.language as Language, m.time_zone as Zone
        from crm_read.members m
        where m.tenant_id = @TenantId and m.kind = 'PERSON' and m.is_active and m.deleted_at is null
          and (m.role = any(@Roles) or @Permission = any(m.permissions_grant)) and @Permission <> all(m.permissions_deny)
        order by m.id
        """;

    private static readonly string[] Roles = [.. Enum.GetValues<Role>().Where(role => Permissions.Of(role).Contains(Permissions.BillingRead)).Select(role => Choices.Text(role))];

    public string Name => "subscriptions.dunning";

    public TimeSpan Every => TimeSpan.FromMinutes(5);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        if (!settings.Enabled || await NoticesAsync(context.Caller.TenantId, due, ct) is not { Count: > 0 } notices) return;
        var names = (await books.PlansAsync(ct)).ToDictionary(p => p.Code, p => p.Name);
        foreach (var reader in await db.QueryAsync<Reader>(Readers, new { Roles, Permission = Permissions.BillingRead }, ct))
        {
            var (language, zone) = (reader.Language ?? context.Caller.Tenant.Language, reader.Zone ?? context.Caller.Tenant.TimeZone);
            foreach (var notice in notices)
                await notifier.NotifyAsync(new Notice(reader.Id, DunningTexts.Kind(notice.Stage), DunningTexts.Title(names[notice.Plan], notice), DunningTexts.Body(language, zone, notice), null, null, null)
                {
                    Occasion = $"{Choices.Text(notice.Stage)} {notice.About}",
                }, ct);
        }
    }

    private async Task<IReadOnlyList<DunningNotice>> NoticesAsync(Guid tenantId, DateTimeOffset now, CancellationToken ct)
    {
        var subscription = await books.FindAsync(tenantId, ct);
        if (subscription.PeriodEnd is not null) return SubscriptionDunning.OfCharges(subscription, await books.ChargesAsync(tenantId, ChargeStatus.Due, null, MostCharges, ct), settings.Terms, now);
        return subscription.Status == SubscriptionStatus.Canceled && await EndAsync(tenantId, now, ct) is { } end ? [end] : [];
    }

    /// <summary>The last fall back. What need not be paid any more since then was charged after the one before it.</summary>
    private async Task<DunningNotice?> EndAsync(Guid tenantId, DateTimeOffset now, CancellationToken ct)
    {
        var falls = (await books.HistoryAsync(tenantId, null, MostChanges, ct)).Where(c => c.Kind == SubscriptionChangeKind.FellBack).Take(2).ToList();
        if (falls.Count == 0 || falls[0].OccurredAt <= now - SubscriptionDunning.Memory) return null;
        var before = falls.Count > 1 ? falls[1].OccurredAt : DateTimeOffset.MinValue;
        var voided = (await books.ChargesAsync(tenantId, ChargeStatus.Void, null, MostCharges, ct)).Where(c => c.CreatedAt > before);
        return SubscriptionDunning.OfEnd(falls[0].Id, falls[0].PlanBefore, falls[0].OccurredAt, voided, now);
    }

    private sealed record Reader(Guid Id, string? Language, string? Zone);
}
