using Crm.Application.Abstractions;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;

namespace Crm.Application.Checkouts;

/// <summary>Opens pages of the gateway for commands, and keeps them: one at a time for each invoice or charge.</summary>
public sealed class CheckoutDesk(ICheckouts checkouts, IPaymentGateway gateway, TimeProvider clock) : ISharedByUseCases
{
    private (Checkout Checkout, bool IsNew)? _prepared;

    /// <summary>Opens a page, or finds the one that is open for as much, before anything is open in the database. A page that is then not kept is known to nobody, and ends by itself.</summary>
    /// <exception cref="CrmException">UNPROCESSABLE: the gateway refuses. UNAVAILABLE: it cannot be reached.</exception>
    public async Task PrepareAsync(GatewayAccount account, GatewayOrder order, Guid? invoiceId, Guid? chargeId, CancellationToken ct)
    {
        if (gateway.Refusal(order.Amount) is { } refusal) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", $"Stripe does not take this amount: {refusal}.");
        var now = clock.GetUtcNow();
        var open = await checkouts.FindOpenAsync(invoiceId, chargeId, ct);
        if (open is not null && open.Serves(order.Amount, now))
        {
            _prepared = (open, false);
            return;
        }
        // Of two pages for one thing both could be paid.
        if (open is not null) await gateway.CloseAsync(account, open.GatewayId, ct);
        var session = await gateway.OpenAsync(account, order, ct);
        _prepared = (new Checkout(order.CheckoutId, invoiceId, chargeId, session.Id, order.Amount, session.Status, session.Url, session.ExpiresAt, null, now), true);
    }

    /// <summary>Keeps the page. What it is for is held: of two who ask at once, the second gets the first's page, and nobody ever learns of its own.</summary>
    /// <param name="due">What is due now.</param>
    public async Task<Checkout> KeepAsync(Money due, CancellationToken ct)
    {
        var (checkout, isNew) = _prepared ?? throw new InvalidOperationException("The page has not been opened.");
        if (!isNew) return checkout;
        if (await checkouts.FindOpenAsync(checkout.InvoiceId, checkout.ChargeId, ct) is { } open && open.Serves(due, clock.GetUtcNow())) return open;
        await checkouts.AddAsync(checkout, ct);
        return checkout;
    }
}
