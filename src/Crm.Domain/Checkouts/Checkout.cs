using Crm.Domain.Common;

namespace Crm.Domain.Checkouts;

/// <summary>How a checkout stands.</summary>
public enum CheckoutStatus
{
    /// <summary>It can be paid at its address.</summary>
    Open,
    /// <summary>The payer is done; the money is on its way, as with direct debits.</summary>
    Processing,
    /// <summary>The money is there.</summary>
    Paid,
    /// <summary>Nobody paid in time, or there was nothing to pay any more.</summary>
    Expired,
    /// <summary>The money did not come.</summary>
    Failed,
}

/// <summary>A page of the payment gateway on which an invoice, or a charge of the organization's own subscription, is paid.</summary>
/// <param name="Id">Its id here; the gateway carries it along.</param>
/// <param name="InvoiceId">The invoice it is for; null for a charge.</param>
/// <param name="ChargeId">The charge it is for; null for an invoice.</param>
/// <param name="GatewayId">What the gateway calls it.</param>
/// <param name="Amount">How much is asked for.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Url">Where it is paid; null once it cannot be any more.</param>
/// <param name="ExpiresAt">Until when it can be paid.</param>
/// <param name="PaymentId">The payment that was booked for it.</param>
/// <param name="CreatedAt">When it was opened.</param>
public sealed record Checkout(Guid Id, Guid? InvoiceId, Guid? ChargeId, string GatewayId, Money Amount, CheckoutStatus Status, string? Url, DateTimeOffset ExpiresAt, Guid? PaymentId, DateTimeOffset CreatedAt)
{
    // Whoever gets the address needs some time to pay.
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(30);

    /// <summary>True when it still asks for exactly this, and can be paid for half an hour at least.</summary>
    public bool Serves(Money due, DateTimeOffset now) => Status == CheckoutStatus.Open && Amount == due && ExpiresAt - now >= Enough;

    /// <summary>How it stands now. What was paid stays paid, whatever order the news of it come in.</summary>
    public Checkout Stand(CheckoutStatus status, string? url, Guid? paymentId) => Status == CheckoutStatus.Paid ? this with { PaymentId = paymentId ?? PaymentId }
        : this with { Status = status, Url = status == CheckoutStatus.Open ? url ?? Url : null, PaymentId = paymentId ?? PaymentId };
}

/// <summary>The ways in which checkouts refuse.</summary>
public static class CheckoutErrors
{
    /// <summary>409: the organization has no account at the gateway.</summary>
    public static CrmException NotSetUp() => Conflict("Payments through Stripe are not set up: PUT /settings/payments.");

    /// <summary>409: whoever runs the service has no account at the gateway.</summary>
    public static CrmException NoPlatformAccount() => Conflict("This service takes no payments through Stripe.");

    /// <summary>409: nothing is to be paid.</summary>
    public static CrmException NothingDue() => Conflict("Nothing is due of the invoice.");

    private static CrmException Conflict(string message) => CrmException.Conflict("INVALID_STATE", message);
}
