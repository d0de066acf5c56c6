using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Payments;
using FluentValidation;

namespace Crm.Application.Payments;

/// <summary>Writes down money that came in; none of it is allocated yet. VALIDATION_FAILED: not above 0, or received on a day that is ahead.</summary>
[Requires(Permissions.PaymentsWrite)]
public sealed record CreatePayment(PaymentDetails Details) : ICommand<Guid>;

internal sealed class CreatePaymentValidator : AbstractValidator<CreatePayment>
{
    public CreatePaymentValidator(PaymentResource payments) => RuleFor(c => c.Details).Meets(payments);
}

internal sealed class CreatePaymentHandler(IRepository<Payment> payments, BookingDay day, TimeProvider clock) : ICommandHandler<CreatePayment, Guid>
{
    public Task<Guid> Handle(CreatePayment command, CancellationToken ct)
    {
        var payment = Payment.Receive(Ids.New(clock.GetUtcNow()), command.Details, day.Today);
        payments.Add(payment);
        return Task.FromResult(payment.Id);
    }
}
