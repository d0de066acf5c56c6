using Crm.Application.Abstractions;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>
/// Changes the plan. A larger one, or a longer interval, is had at once and costs the difference until the end of the period; a smaller one comes with that end. The first paid plan
/// is tried without paying where it has days for that. INVALID_STATE: plans are off, it is the plan already, or something is past due.
/// </summary>
/// <param name="Plan">The plan to change to.</param>
/// <param name="Interval">For how long is paid in advance; as now, when absent.</param>
[Requires(Permissions.BillingWrite)]
public sealed record ChangeSubscription([Example("\"STARTER\"")] PlanCode Plan, BillingInterval? Interval = null) : ICommand<SubscriptionInfo>;

internal sealed class ChangeSubscriptionHandler(ISubscriptionBooks books, SubscriptionDesk desk, TimeProvider clock) : ICommandHandler<ChangeSubscription, SubscriptionInfo>
{
    public async Task<SubscriptionInfo> Handle(ChangeSubscription command, CancellationToken ct)
    {
        var plan = (await books.PlansAsync(ct)).Single(p => p.Code == command.Plan);
        return await desk.TakeAsync(s => s.Change(plan, command.Interval ?? s.Interval, clock.GetUtcNow()), ct);
    }
}

/// <summary>Ends the subscription with the period that is paid for, or with the trial; then the plan is FREE. INVALID_STATE: plans are off, the plan is FREE, or it ends already.</summary>
[Requires(Permissions.BillingWrite)]
public sealed record CancelSubscription : ICommand<SubscriptionInfo>;

internal sealed class CancelSubscriptionHandler(SubscriptionDesk desk) : ICommandHandler<CancelSubscription, SubscriptionInfo>
{
    public Task<SubscriptionInfo> Handle(CancelSubscription command, CancellationToken ct) => desk.TakeAsync(s => s.Cancel(), ct);
}

/// <summary>Takes back what was asked for the end of the period: the end itself, or a smaller plan. INVALID_STATE: plans are off, or nothing was asked for.</summary>
[Requires(Permissions.BillingWrite)]
public sealed record ResumeSubscription : ICommand<SubscriptionInfo>;

internal sealed class ResumeSubscriptionHandler(SubscriptionDesk desk) : ICommandHandler<ResumeSubscription, SubscriptionInfo>
{
    public Task<SubscriptionInfo> Handle(ResumeSubscription command, CancellationToken ct) => desk.TakeAsync(s => s.Resume(), ct);
}

/// <summary>Where the caller's organization asks for a step of its subscription.</summary>
public sealed class SubscriptionDesk(ISubscriptionBooks books, SubscriptionSteps steps, SubscriptionView view, PlanSettings settings, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>Takes the step, once what time has brought is done.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_STATE: plans are off; what the step says.</exception>
    public async Task<SubscriptionInfo> TakeAsync(Func<Subscription, SubscriptionStep> choose, CancellationToken ct)
    {
        if (!settings.Enabled) throw SubscriptionErrors.PlansAreOff();
        var (tenantId, now) = (context.Caller.TenantId, clock.GetUtcNow());
        await steps.AdvanceAsync(tenantId, now, ct);
        var before = await books.HoldAsync(tenantId, ct);
        return await view.OfAsync(await steps.TakeAsync(before, choose(before), context.Caller.ActorId, now, ct), ct);
    }
}
