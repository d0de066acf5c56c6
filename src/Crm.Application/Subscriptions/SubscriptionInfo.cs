using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>What the next plan allows less of than is used: what is there stays, but nothing is added until there is less.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Used">How much is used.</param>
/// <param name="Limit">How much the next plan allows.</param>
public sealed record ExceededLimit(string Name, long Used, long Limit);

/// <summary>What the organization has agreed with whoever runs the service. Where plans are off, <c>enabled</c> is false, nothing is limited and all else is null.</summary>
/// <param name="Enabled">Whether plans limit anything on this service.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Interval">For how long is paid in advance.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Price">What a period costs.</param>
/// <param name="PeriodStart">When the period began; null on FREE.</param>
/// <param name="PeriodEnd">When it ends, or the trial does; null on FREE.</param>
/// <param name="TrialUsed">Whether a plan has been tried: that is possible once.</param>
/// <param name="CancelAtPeriodEnd">Whether it ends with the period.</param>
/// <param name="NextPlan">The plan that comes with the end of the period.</param>
/// <param name="NextInterval">The interval that comes with it.</param>
/// <param name="PastDueSince">Since when something is past due.</param>
/// <param name="GraceEndsAt">When the organization falls back to FREE unless that is paid.</param>
/// <param name="Credit">What is left of credits, for later charges.</param>
/// <param name="Exceeded">What of the plan to come is exceeded.</param>
public sealed record SubscriptionInfo(bool Enabled, PlanCode? Plan, BillingInterval? Interval, SubscriptionStatus? Status, Money? Price, DateTimeOffset? PeriodStart, DateTimeOffset? PeriodEnd,
    bool? TrialUsed, bool? CancelAtPeriodEnd, PlanCode? NextPlan, BillingInterval? NextInterval, DateTimeOffset? PastDueSince, DateTimeOffset? GraceEndsAt, Money? Credit, IReadOnlyList<ExceededLimit> Exceeded);

/// <summary>Shows subscriptions to those who have them.</summary>
public sealed class SubscriptionView(ISubscriptionBooks books, UsageMeter meter, PlanSettings settings) : ISharedByUseCases
{
    /// <summary>How it stands.</summary>
    public async Task<SubscriptionInfo> OfAsync(Subscription subscription, CancellationToken ct)
    {
        if (!settings.Enabled) return new SubscriptionInfo(false, null, null, null, null, null, null, null, null, null, null, null, null, null, []);
        var next = subscription.CancelAtPeriodEnd ? PlanCode.Free : subscription.NextPlan;
        var exceeded = next is { } coming ? await ExceededAsync((await books.PlansAsync(ct)).Single(p => p.Code == coming), ct) : [];
        return new SubscriptionInfo(true, subscription.Plan, subscription.Interval, subscription.Status, subscription.Price, subscription.PeriodStart, subscription.PeriodEnd, subscription.TrialUsed,
            subscription.CancelAtPeriodEnd, subscription.NextPlan, subscription.NextInterval, subscription.PastDueSince, subscription.PastDueSince + settings.Terms.Grace, subscription.Credit, exceeded);
    }

    private async Task<IReadOnlyList<ExceededLimit>> ExceededAsync(Plan plan, CancellationToken ct) =>
        [.. (await meter.ReadAsync(ct)).Where(u => LimitNames.PeriodOf(u.Name) == LimitPeriod.None && plan.LimitOf(u.Name) < u.Used).Select(u => new ExceededLimit(u.Name, u.Used, plan.LimitOf(u.Name)!.Value))];
}
