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

internal sealed class OpenPageBeforeChargeCheckoutIsKept(ISubscriptionBooks books, PlatformPaymentAccount platform, CheckoutDesk desk, IRequestContext context, TimeProvider clock) : IPreparation<CreateChargeCheckout>
{
    public async Task PrepareAsync(CreateChargeCheckout command, CancellationToken ct)
    {
        var charge = await books.HoldChargeAsync(command.Id, ct);
        if (charge?.TenantId != context.Caller.TenantId) throw CrmException.NotFound("charge");
        if (charge.Status != ChargeStatus.Due) throw SubscriptionErrors.NotDue(charge.Status);
        var account = platform.Account ?? throw CheckoutErrors.NoPlatformAccount();
        var title = $"{charge.Plan} {charge.PeriodStart:yyyy-MM-dd} – {charge.PeriodEnd:yyyy-MM-dd}";
        await desk.PrepareAsync(account, new GatewayOrder(Ids.New(clock.GetUtcNow()), charge.TenantId, charge.Amount, title, null, null, command.SuccessUrl, command.CancelUrl), null, charge.Id, ct);
    }
}

internal sealed class CreateChargeCheckoutHandler(ISubscriptionBooks books, CheckoutDesk desk) : ICommandHandler<CreateChargeCheckout, Checkout>
{
    public async Task<Checkout> Handle(CreateChargeCheckout command, CancellationToken ct)
    {
        var charge = (await books.HoldChargeAsync(command.Id, ct))!;
        return charge.Status == ChargeStatus.Due ? await desk.KeepAsync(charge.Amount, ct) : throw SubscriptionErrors.NotDue(charge.Status);
    }
}
