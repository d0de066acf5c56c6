using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Platform;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>The plans there are, the smallest first.</summary>
[Requires(Permissions.TenantRead)]
public sealed record ListPlans : IQuery<IReadOnlyList<Plan>>;

internal sealed class ListPlansHandler(ISubscriptionBooks books) : IQueryHandler<ListPlans, IReadOnlyList<Plan>>
{
    public Task<IReadOnlyList<Plan>> Handle(ListPlans query, CancellationToken ct) => books.PlansAsync(ct);
}

/// <summary>Your organization's subscription. Where plans are off, <c>enabled</c> is false and nothing is limited.</summary>
[Requires(Permissions.BillingRead)]
public sealed record GetSubscription : IQuery<SubscriptionInfo>;

internal sealed class GetSubscriptionHandler(ISubscriptionBooks books, SubscriptionView view, IRequestContext context) : IQueryHandler<GetSubscription, SubscriptionInfo>
{
    public async Task<SubscriptionInfo> Handle(GetSubscription query, CancellationToken ct) => await view.OfAsync(await books.FindAsync(context.Caller.TenantId, ct), ct);
}

/// <summary>What happened with your subscription, newest first, paged by cursor.</summary>
[Requires(Permissions.BillingRead)]
public sealed record GetSubscriptionHistory(PageRequest Page) : IQuery<DataPage<SubscriptionChange>>;

internal sealed class GetSubscriptionHistoryHandler(ISubscriptionBooks books, IRequestContext context) : IQueryHandler<GetSubscriptionHistory, DataPage<SubscriptionChange>>
{
    public async Task<DataPage<SubscriptionChange>> Handle(GetSubscriptionHistory query, CancellationToken ct)
    {
        var rows = await books.HistoryAsync(context.Caller.TenantId, Keyset.Of(query.Page)?.Id, query.Page.Take + 1, ct);
        return Keyset.Page(query.Page, rows, c => new Keyset(c.OccurredAt, c.Id));
    }
}

/// <summary>What your organization owes for its plan or has paid, newest first, paged by cursor.</summary>
/// <param name="Status">Only those that stand so.</param>
[Requires(Permissions.BillingRead)]
public sealed record GetSubscriptionCharges(PageRequest Page, ChargeStatus? Status = null) : IQuery<DataPage<SubscriptionCharge>>;

internal sealed class GetSubscriptionChargesHandler(ISubscriptionBooks books, IRequestContext context) : IQueryHandler<GetSubscriptionCharges, DataPage<SubscriptionCharge>>
{
    public async Task<DataPage<SubscriptionCharge>> Handle(GetSubscriptionCharges query, CancellationToken ct)
    {
        var rows = await books.ChargesAsync(context.Caller.TenantId, query.Status, Keyset.Of(query.Page)?.Id, query.Page.Take + 1, ct);
        return Keyset.Page(query.Page, rows, c => new Keyset(c.CreatedAt, c.Id));
    }
}

/// <summary>What a change of plan would cost now, to the cent; nothing is changed. INVALID_QUERY: it is the plan already, or something is past due.</summary>
/// <param name="Plan">The plan to change to.</param>
/// <param name="Interval">For how long would be paid in advance; as now, when absent.</param>
[Requires(Permissions.BillingRead)]
public sealed record GetProration([Example("\"STARTER\"")] PlanCode Plan, BillingInterval? Interval = null) : IQuery<SubscriptionQuote>;

internal sealed class GetProrationHandler(ISubscriptionBooks books, IRequestContext context, TimeProvider clock) : IQueryHandler<GetProration, SubscriptionQuote>
{
    public async Task<SubscriptionQuote> Handle(GetProration query, CancellationToken ct)
    {
        var subscription = await books.FindAsync(context.Caller.TenantId, ct);
        var plan = (await books.PlansAsync(ct)).Single(p => p.Code == query.Plan);
        try
        {
            return subscription.Quote(plan, query.Interval ?? subscription.Interval, clock.GetUtcNow());
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.Conflict)
        {
            // Nothing is asked for that could be in the way of something: the question itself makes no sense.
            throw QueryErrors.Invalid("plan", refusal.Message);
        }
    }
}
