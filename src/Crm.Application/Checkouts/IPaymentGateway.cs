using Crm.Domain.Checkouts;
using Crm.Domain.Common;

namespace Crm.Application.Checkouts;

/// <summary>
/// Who takes money for us: cards and what else people pay with on pages of the gateway. Called outside transactions only. What it refuses for good is UNPROCESSABLE; when it cannot be reached, or
/// has no time, UNAVAILABLE.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Why the gateway cannot take this amount, or null.</summary>
    string? Refusal(Money amount);

    /// <summary>Opens a page on which the order is paid; asked again with the same order, it answers the same page.</summary>
    Task<GatewaySession> OpenAsync(GatewayAccount account, GatewayOrder order, CancellationToken ct);

    /// <summary>How a page stands now, with the money that came in by it.</summary>
    Task<GatewaySession> FindAsync(GatewayAccount account, string sessionId, CancellationToken ct);

    /// <summary>Closes a page, so that nobody pays by it any more. One that was paid meanwhile, or has ended, stays as it is.</summary>
    Task CloseAsync(GatewayAccount account, string sessionId, CancellationToken ct);

    /// <summary>What a message of the gateway is about.</summary>
    /// <param name="secret">What it signs its messages with.</param>
    /// <param name="body">The message, byte for byte.</param>
    /// <param name="signature">What it says is its signature.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: the signature is not right, or too old, or the message cannot be read.</exception>
    GatewayNews Read(string secret, ReadOnlyMemory<byte> body, string? signature);
}

/// <summary>Whose account at the gateway.</summary>
/// <param name="SecretKey">What opens it.</param>
/// <param name="WebhookSecret">What the gateway signs its messages with; null before it is known.</param>
/// <param name="SuccessUrl">Where who has paid goes.</param>
/// <param name="CancelUrl">Where who has not paid goes; null for nowhere.</param>
public sealed record GatewayAccount(string SecretKey, string? WebhookSecret, string? SuccessUrl, string? CancelUrl)
{
    /// <summary>Nothing of the secrets, which do not belong into logs.</summary>
    public override string ToString() => "an account at the gateway";
}

/// <summary>The account of whoever runs the service; by it organizations pay for their plans.</summary>
/// <param name="Account">Null when none is configured.</param>
public sealed record PlatformPaymentAccount(GatewayAccount? Account);

/// <summary>What a page asks for.</summary>
/// <param name="CheckoutId">Ours: the gateway repeats it in all that it tells of this order.</param>
/// <param name="TenantId">The organization it belongs to.</param>
/// <param name="Amount">How much.</param>
/// <param name="Title">What for, as the payer sees it.</param>
/// <param name="Email">The payer's address, when it is known.</param>
/// <param name="Language">The page's language (ISO 639-1).</param>
/// <param name="SuccessUrl">Where who has paid goes.</param>
/// <param name="CancelUrl">Where who has not paid goes.</param>
public sealed record GatewayOrder(Guid CheckoutId, Guid TenantId, Money Amount, string Title, string? Email, string? Language, string SuccessUrl, string? CancelUrl);

/// <summary>A page as the gateway has it.</summary>
/// <param name="Id">What the gateway calls it.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Url">Where it is; null once it is closed.</param>
/// <param name="ExpiresAt">Until when it can be paid.</param>
/// <param name="Payment">The money that came in by it; null as long as none did.</param>
public sealed record GatewaySession(string Id, CheckoutStatus Status, string? Url, DateTimeOffset ExpiresAt, GatewayPayment? Payment);

/// <summary>Money that came in at the gateway.</summary>
/// <param name="Id">What the gateway calls it.</param>
/// <param name="Amount">How much.</param>
/// <param name="Refunded">How much of it went back so far.</param>
/// <param name="PaidAt">When it came.</param>
/// <param name="PayerName">Who paid, as the gateway knows it.</param>
public sealed record GatewayPayment(string Id, Money Amount, Money Refunded, DateTimeOffset PaidAt, string? PayerName);

/// <summary>What a message of the gateway is about. It is only believed that something happened: what did, is asked for.</summary>
/// <param name="Id">The message's id, the same however often it comes.</param>
/// <param name="TenantId">The organization of the checkout it is about; null when it is about none of ours.</param>
/// <param name="CheckoutId">That checkout.</param>
public sealed record GatewayNews(string Id, Guid? TenantId, Guid? CheckoutId);
