using Crm.Application.Abstractions;
using Crm.Application.Schedules;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;
using Crm.Application.Subscriptions;

namespace Crm.Application.Checkouts;

/// <summary>
/// Asks the gateway how a checkout stands and books what came of it. Done again it changes nothing: what is booked is the difference. A page on which nothing is to be paid any more is closed.
/// </summary>
internal sealed class FollowCheckout(IUnitOfWork unit, ICheckouts checkouts, IPaymentAccounts accounts, PlatformPaymentAccount platform, IPaymentGateway gateway, ISubscriptionBooks books, IReadDb db, CheckoutBooking booking)
    : IOutboxSink
{
    private const string DueSql = """
        select i.due_total_amount as Due, i.due_total_currency as Currency from crm_read.invoices i
        where i.tenant_id = @TenantId and i.id = @InvoiceId and i.deleted_at is null and i.status not in ('DRAFT', 'VOID')
        """;

    public string Name => CheckoutNews.Sink;

    public bool NeedsEvent => false;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await checkouts.FindAsync(message.EventId, ct) is not { } checkout) return;
        var account = (checkout.ChargeId is null ? await accounts.FindAsync(ct) : platform.Account) ?? throw new UndeliverableException("There is no account at the gateway any more.");
        try
        {
            var found = await gateway.FindAsync(account, checkout.GatewayId, ct);
            if (found.Status == CheckoutStatus.Open && !await IsDueAsync(checkout, ct))
            {
                await gateway.CloseAsync(account, checkout.GatewayId, ct);
                found = await gateway.FindAsync(account, checkout.GatewayId, ct);
            }
            await unit.TransactAsync(() => booking.BookAsync(checkout.Id, found, ct), ct);
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.Unprocessable)
        {
            throw new UndeliverableException("The gateway refuses to tell.", refusal);
        }
    }

    private async Task<bool> IsDueAsync(Checkout checkout, CancellationToken ct) => checkout.ChargeId is { } charge
        ? (await books.HoldChargeAsync(charge, ct))?.Status == ChargeStatus.Due
        : await db.FirstOrDefaultAsync<Row>(DueSql, new { checkout.InvoiceId }, ct) is { } row && (row.Due, row.Currency) == (checkout.Amount.Amount, checkout.Amount.Currency);

    private sealed record Row(decimal Due, string Currency);
}

/// <summary>Has checkouts looked at of which nothing was heard for a while: messages get lost, and money goes back later.</summary>
internal sealed class FollowForgottenCheckouts(ICheckouts checkouts, IOutbox outbox, IRequestContext context) : ITenantSchedule
{
    private const int Most = 500;

    public string Name => CheckoutNews.Sink;

    public TimeSpan Every => TimeSpan.FromHours(1);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        // One that still waits to be looked at is not asked for twice.
        foreach (var id in await checkouts.ForgottenAsync(Most, ct)) await outbox.RepeatAtAsync(OutboxMessage.Without(id, context.Caller.TenantId), CheckoutNews.Sink, due, ct);
    }
}
