using Crm.Application.Abstractions;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;

namespace Crm.Application.Checkouts;

/// <summary>What became of a message.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="IsOurs">Whether it is about a checkout of this service; others are of no interest.</param>
/// <param name="IsRepeated">Whether it was taken before; then it has had no effect now.</param>
public sealed record TakenNews(string Id, bool IsOurs, bool IsRepeated);

/// <summary>
/// Takes a message of Stripe about the organization's account, signed with the secret that PUT /settings/payments was given. Each counts once, whatever order they come in: it only tells that something
/// happened, and Stripe is then asked what. Send it all events, or these: <c>checkout.session.completed</c>, <c>checkout.session.async_payment_succeeded</c>,
/// <c>checkout.session.async_payment_failed</c>, <c>checkout.session.expired</c>, <c>charge.refunded</c>. VALIDATION_FAILED: a signature that is absent, not right or older than five minutes. NOT_FOUND: nothing is set up.
/// </summary>
/// <param name="Tenant">The organization's id.</param>
[Public]
public sealed record ReceiveStripeEvent(Guid Tenant, IncomingBody Message) : ICommand<TakenNews>;

/// <summary>Takes a message of Stripe about the account of whoever runs the service, as the other does for organizations' accounts. VALIDATION_FAILED: a signature that is absent, not right or older than five minutes. INVALID_STATE: he has no account.</summary>
[Public]
public sealed record ReceivePlatformStripeEvent(IncomingBody Message) : ICommand<TakenNews>;

/// <summary>Reads the message before anything is open in the database; one that nobody has signed goes no further.</summary>
internal sealed class ReadStripeEventBeforeItIsTaken : IPreparation<ReceiveStripeEvent>, IPreparation<ReceivePlatformStripeEvent>
{
    public Task PrepareAsync(ReceiveStripeEvent command, CancellationToken ct) => ReadAsync(command.Message);

    public Task PrepareAsync(ReceivePlatformStripeEvent command, CancellationToken ct) => ReadAsync(command.Message);

    private static async Task ReadAsync(IncomingBody message)
    {
        await message.ReadAsync();
        if (message.Header(CheckoutNews.SignatureHeader) is null) throw CrmException.Validation(CheckoutNews.SignatureHeader, "is required");
    }
}

internal sealed class ReceiveStripeEventHandler(ISystemCallers callers, ITenantEntry entry, IPaymentAccounts accounts, IPaymentGateway gateway, CheckoutNews news) : ICommandHandler<ReceiveStripeEvent, TakenNews>
{
    public async Task<TakenNews> Handle(ReceiveStripeEvent command, CancellationToken ct)
    {
        await entry.EnterAsync(await callers.FindAsync(command.Tenant, ct) ?? throw CheckoutNews.NotExpected(), ct);
        var secret = (await accounts.FindAsync(ct))?.WebhookSecret ?? throw CheckoutNews.NotExpected();
        var told = gateway.Read(secret, await command.Message.ReadAsync(), command.Message.Header(CheckoutNews.SignatureHeader));
        return told.TenantId == command.Tenant ? await news.TakeAsync(told, ct) : new TakenNews(told.Id, false, false);
    }
}

internal sealed class ReceivePlatformStripeEventHandler(ISystemCallers callers, ITenantEntry entry, PlatformPaymentAccount platform, IPaymentGateway gateway, CheckoutNews news)
    : ICommandHandler<ReceivePlatformStripeEvent, TakenNews>
{
    public async Task<TakenNews> Handle(ReceivePlatformStripeEvent command, CancellationToken ct)
    {
        var secret = platform.Account?.WebhookSecret ?? throw CheckoutErrors.NoPlatformAccount();
        var told = gateway.Read(secret, await command.Message.ReadAsync(), command.Message.Header(CheckoutNews.SignatureHeader));
        if (told.TenantId is not { } tenant || await callers.FindAsync(tenant, ct) is not { } caller) return new TakenNews(told.Id, false, false);
        await entry.EnterAsync(caller, ct);
        return await news.TakeAsync(told, ct);
    }
}

/// <summary>Takes news of checkouts, each once.</summary>
public sealed class CheckoutNews(ICheckouts checkouts, IOutbox outbox, IRequestContext context) : ISharedByUseCases
{
    /// <summary>The outbox sink that has a checkout looked at.</summary>
    public const string Sink = "checkouts.follow";

    /// <summary>Where Stripe writes its signature.</summary>
    public const string SignatureHeader = "Stripe-Signature";

    /// <summary>Remembers the message, and has the checkout looked at.</summary>
    public async Task<TakenNews> TakeAsync(GatewayNews told, CancellationToken ct)
    {
        if (told.CheckoutId is not { } id || await checkouts.FindAsync(id, ct) is null) return new TakenNews(told.Id, false, false);
        if (!await checkouts.AcceptAsync(told.Id, ct)) return new TakenNews(told.Id, true, true);
        await outbox.RepeatAsync(OutboxMessage.Without(id, context.Caller.TenantId), Sink, ct);
        return new TakenNews(told.Id, true, false);
    }

    internal static CrmException NotExpected() => CrmException.NotFound("address for Stripe's messages");
}
