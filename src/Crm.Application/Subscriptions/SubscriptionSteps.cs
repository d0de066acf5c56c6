using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>Takes the steps of subscriptions: keeps how they stand, what happened, and asks for what it costs.</summary>
public sealed class SubscriptionSteps(ISubscriptionBooks books, ISubscriptionBilling billing, ITenantBook tenants, PlanSettings settings) : ISharedByUseCases
{
    /// <summary>One step; the subscription is held.</summary>
    /// <param name="actorId">The member who asked for it; null when time brought it, or the platform.</param>
    /// <param name="at">When it happened, or was to happen.</param>
    public async Task<Subscription> TakeAsync(Subscription before, SubscriptionStep step, Guid? actorId, DateTimeOffset at, CancellationToken ct)
    {
        await books.KeepAsync(step.After, ct);
        await books.NoteAsync(new SubscriptionChange(Ids.New(at), at, step.Kind, step.After.Plan, step.After.Interval, before.Plan, step.After.Status, actorId), step.After, ct);
        if (step.VoidsDue) await billing.VoidAsync(before.TenantId, ct);
        if (step.Charge is { } asked)
            await billing.ChargeAsync(new SubscriptionCharge(Ids.New(at), before.TenantId, step.After.Plan, step.After.Interval, asked.Kind, asked.Amount, asked.PeriodStart, asked.PeriodEnd,
                ChargeStatus.Due, at + settings.Terms.Payment, null, at), ct);
        if (step.After.Plan != before.Plan) await tenants.AnnounceAsync(before.TenantId, ct);
        return step.After;
    }

    /// <summary>When it happened. Each in its own time: what is told of a subscription has to be in order.</summary>
    private static DateTimeOffset At(SubscriptionStep step, Subscription before, DateTimeOffset now) => step.Kind switch
    {
        SubscriptionChangeKind.PastDue => step.After.PastDueSince!.Value,
        SubscriptionChangeKind.FellBack => now,
        _ => before.PeriodEnd!.Value,
    };

    /// <summary>Everything that time has brought a subscription until now, step by step.</summary>
    public async Task AdvanceAsync(Guid tenantId, DateTimeOffset now, CancellationToken ct)
    {
        var plans = await books.PlansAsync(ct);
        for (var current = await books.HoldAsync(tenantId, ct); ;)
        {
            if (current.Advance(now, plans, await books.OverdueSinceAsync(tenantId, now, ct), settings.Terms.Grace) is not { } step) return;
            current = await TakeAsync(current, step, null, At(step, current, now), ct);
        }
    }
}
