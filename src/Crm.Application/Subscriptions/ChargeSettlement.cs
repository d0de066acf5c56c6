using Crm.Application.Abstractions;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>Books that charges were paid, whoever says so.</summary>
public sealed class ChargeSettlement(ISubscriptionBooks books, SubscriptionSteps steps, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>Notes that money for a charge came in, unless that is known, or it need not be paid any more.</summary>
    public async Task SettleAsync(Guid chargeId, CancellationToken ct)
    {
        if (await books.HoldChargeAsync(chargeId, ct) is { Status: ChargeStatus.Due } charge) await KeepAsync(charge.Pay(clock.GetUtcNow()), ct);
    }

    /// <summary>Keeps a charge that was paid. When nothing is past due any more, the subscription is active again.</summary>
    public async Task<SubscriptionCharge> KeepAsync(SubscriptionCharge paid, CancellationToken ct)
    {
        var now = paid.PaidAt!.Value;
        await books.KeepAsync(paid, ct);
        var before = await books.HoldAsync(paid.TenantId, ct);
        if (await books.OverdueSinceAsync(paid.TenantId, now, ct) is null && before.Settle() is { } settled) await steps.TakeAsync(before, settled, null, now, ct);
        return paid;
    }
}
