using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Platform;

/// <summary>Puts an organization on a plan at once. The first period is not charged for; those after it are, where plans are on. The same plan again begins its period anew.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Interval">For how long is paid in advance; a month, when absent.</param>
public sealed record SetTenantPlan(Guid Id, [Example("\"STARTER\"")] PlanCode Plan, BillingInterval? Interval = null) : ICommand<PlatformTenant>, IPlatformRequest
{
    Guid? IPlatformRequest.AboutTenant => Id;
}

internal sealed class SetTenantPlanHandler(ITenantBook tenants, ISubscriptionBooks books, SubscriptionSteps steps, TimeProvider clock) : ICommandHandler<SetTenantPlan, PlatformTenant>
{
    public async Task<PlatformTenant> Handle(SetTenantPlan command, CancellationToken ct)
    {
        if (await tenants.FindAsync(command.Id, ct) is null) throw CrmException.NotFound("organization");
        var (now, plan) = (clock.GetUtcNow(), (await books.PlansAsync(ct)).Single(p => p.Code == command.Plan));
        var before = await books.HoldAsync(command.Id, ct);
        await steps.TakeAsync(before, before.Grant(plan, command.Interval ?? BillingInterval.Month, now), null, now, ct);
        return (await tenants.FindAsync(command.Id, ct))!;
    }
}

/// <summary>What organizations owe or have paid, newest first, paged by cursor.</summary>
/// <param name="TenantId">Only of this organization.</param>
/// <param name="Status">Only those that stand so.</param>
public sealed record ListPlatformCharges(PageRequest Page, Guid? TenantId = null, ChargeStatus? Status = null) : IQuery<DataPage<SubscriptionCharge>>, IPlatformRequest;

internal sealed class ListPlatformChargesHandler(ISubscriptionBooks books) : IQueryHandler<ListPlatformCharges, DataPage<SubscriptionCharge>>
{
    public async Task<DataPage<SubscriptionCharge>> Handle(ListPlatformCharges query, CancellationToken ct)
    {
        var rows = await books.ChargesAsync(query.TenantId, query.Status, Keyset.Of(query.Page)?.Id, query.Page.Take + 1, ct);
        return Keyset.Page(query.Page, rows, c => new Keyset(c.CreatedAt, c.Id));
    }
}

/// <summary>Notes that a charge was paid. When nothing is past due any more, the subscription is active again. INVALID_STATE: it was paid, or need not be.</summary>
public sealed record PayCharge(Guid Id) : ICommand<SubscriptionCharge>, IPlatformRequest;

internal sealed class PayChargeHandler(ISubscriptionBooks books, ChargeSettlement charges, TimeProvider clock) : ICommandHandler<PayCharge, SubscriptionCharge>
{
    public async Task<SubscriptionCharge> Handle(PayCharge command, CancellationToken ct)
    {
        var charge = await books.HoldChargeAsync(command.Id, ct) ?? throw CrmException.NotFound("charge");
        return await charges.KeepAsync(charge.Pay(clock.GetUtcNow()), ct);
    }
}
