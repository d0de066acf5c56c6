using Crm.Application.Abstractions;
using Crm.Application.Subscriptions;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;
using FluentValidation;

namespace Crm.Application.Checkouts;

/// <summary>
/// Opens a page at Stripe on which the organization pays a charge for its plan to whoever runs the service. While one is open, for half an hour at least, it is answered again. INVALID_STATE: the
/// charge is paid or need not be, or the service takes no payments through Stripe. UNPROCESSABLE: Stripe refuses it. UNAVAILABLE: Stripe cannot be reached; nothing was changed.
/// </summary>
/// <param name="SuccessUrl">Where who has paid goes.</param>
/// <param name="CancelUrl">Where who has not paid goes.</param>
[Requires(Permissions.BillingWrite)]
public sealed record CreateChargeCheckout(Guid Id, [Example("\"https://shop.example.com/paid\"")] string SuccessUrl, string? CancelUrl = null) : ICommand<Checkout>;

internal sealed class CreateChargeCheckoutValidator : AbstractValidator<CreateChargeCheckout>
{
    public CreateChargeCheckoutValidator()
    {
        RuleFor(c => c.SuccessUrl).MustBePage("successUrl");
        RuleFor(c => c.CancelUrl).MustBePage("cancelUrl");
    }
}

/// <summary>Opens the page before anything is open in the database.</summary>
internal sealed class OpenPageBeforeChargeCheckoutIsKept(ISubscriptionBooks books, ICheckouts checkouts, PlatformPaymentAccount platform, IPaymentGateway gateway, PreparedCheckout prepared,
    IRequestContext context, TimeProvider clock) : IPreparation<CreateChargeCheckout>
{
    public async Task PrepareAsync(CreateChargeCheckout command, CancellationToken ct)
    {
        var charge = await books.HoldChargeAsync(command.Id, ct);
        if (charge?.TenantId != context.Caller.TenantId) throw CrmException.NotFound("charge");
        if (charge.Status != ChargeStatus.Due) throw SubscriptionErrors.NotDue(charge.Status);
        var account = platform.Account ?? throw CheckoutErrors.NoPlatformAccount();
        if (gateway.Refusal(charge.Amount) is { } refusal) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", $"Stripe does not take this amount: {refusal}.");
        var now = clock.GetUtcNow();
        var open = await checkouts.FindOpenAsync(null, command.Id, ct);
        if (open is not null && open.Serves(charge.Amount, now)) prepared.Checkout = open;
        else
        {
            if (open is not null) await gateway.CloseAsync(account, open.GatewayId, ct);
            var order = new GatewayOrder(Ids.New(now), charge.TenantId, charge.Amount, $"{charge.Plan} {charge.PeriodStart:yyyy-MM-dd} – {charge.PeriodEnd:yyyy-MM-dd}", null, null, command.SuccessUrl, command.CancelUrl);
            prepared.Checkout = (await gateway.OpenAsync(account, order, ct)).Checkout(order, null, charge.Id, now);
        }
    }
}

internal sealed class CreateChargeCheckoutHandler(ISubscriptionBooks books, ICheckouts checkouts, PreparedCheckout prepared, TimeProvider clock) : ICommandHandler<CreateChargeCheckout, Checkout>
{
    public async Task<Checkout> Handle(CreateChargeCheckout command, CancellationToken ct)
    {
        var charge = (await books.HoldChargeAsync(command.Id, ct))!;
        if (charge.Status != ChargeStatus.Due) throw SubscriptionErrors.NotDue(charge.Status);
        if (await checkouts.FindOpenAsync(null, charge.Id, ct) is { } open && open.Serves(charge.Amount, clock.GetUtcNow())) return open;
        var checkout = prepared.Checkout ?? throw new InvalidOperationException("The page has not been opened.");
        await checkouts.AddAsync(checkout, ct);
        return checkout;
    }
}
