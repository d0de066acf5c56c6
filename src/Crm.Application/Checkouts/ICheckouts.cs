using Crm.Domain.Checkouts;

namespace Crm.Application.Checkouts;

/// <summary>Keeps the checkouts of the caller's organization, in the command's transaction.</summary>
public interface ICheckouts
{
    /// <summary>Keeps a new one.</summary>
    Task AddAsync(Checkout checkout, CancellationToken ct);

    /// <summary>One, locked; null when there is none.</summary>
    Task<Checkout?> HoldAsync(Guid id, CancellationToken ct);

    /// <summary>Keeps how it stands, and that it was looked at now.</summary>
    Task KeepAsync(Checkout checkout, CancellationToken ct);

    /// <summary>The latest that is open for an invoice or a charge; null when none is.</summary>
    Task<Checkout?> FindOpenAsync(Guid? invoiceId, Guid? chargeId, CancellationToken ct);

    /// <summary>One; null when there is none.</summary>
    Task<Checkout?> FindAsync(Guid id, CancellationToken ct);

    /// <summary>Those of an invoice, the latest first.</summary>
    Task<IReadOnlyList<Checkout>> ListAsync(Guid invoiceId, CancellationToken ct);

    /// <summary>Remembers that a message of the gateway was taken; false when it was before. A twin at work on it is waited for.</summary>
    Task<bool> AcceptAsync(string newsId, CancellationToken ct);

    /// <summary>Those that nobody has looked at for a while: open ones for a quarter of an hour, paid ones, whose money may go back, for a day, until they are 90 days old.</summary>
    Task<IReadOnlyList<Guid>> ForgottenAsync(int atMost, CancellationToken ct);
}

/// <summary>Keeps the organization's account at the gateway; its secrets are sealed.</summary>
public interface IPaymentAccounts
{
    /// <summary>The account; null when there is none.</summary>
    Task<GatewayAccount?> FindAsync(CancellationToken ct);

    /// <summary>What may be told of it.</summary>
    Task<PaymentAccountInfo?> AboutAsync(CancellationToken ct);

    /// <summary>Keeps it. A secret that is null stays as it is.</summary>
    /// <returns>False when there is no account yet and no key was given.</returns>
    Task<bool> KeepAsync(string? secretKey, string? webhookSecret, string successUrl, string? cancelUrl, CancellationToken ct);

    /// <summary>Forgets it.</summary>
    Task<bool> RemoveAsync(CancellationToken ct);
}

/// <summary>What may be told of an account at the gateway.</summary>
/// <param name="KeyHint">The beginning and the end of the key.</param>
/// <param name="HasWebhookSecret">Whether messages can be checked.</param>
/// <param name="SuccessUrl">Where who has paid goes.</param>
/// <param name="CancelUrl">Where who has not paid goes.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record PaymentAccountInfo(string KeyHint, bool HasWebhookSecret, string SuccessUrl, string? CancelUrl, DateTimeOffset UpdatedAt);
