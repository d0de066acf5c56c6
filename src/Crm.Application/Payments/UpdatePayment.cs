using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Payments;

namespace Crm.Application.Payments;

/// <summary>Changes what is stated about a payment. INVALID_STATE: another amount or day while money of it is allocated or refunded.</summary>
[Requires(Permissions.PaymentsWrite)]
public sealed record UpdatePayment(Guid Id, Patch<PaymentDetails> Changes) : ChangesRecord<Payment, PaymentDetails>(Id, Changes);

internal sealed class UpdatePaymentHandler(IRepository<Payment> payments, BookingDay day) : ICommandHandler<UpdatePayment, Guid>
{
    public async Task<Guid> Handle(UpdatePayment command, CancellationToken ct)
    {
        var payment = await payments.GetAsync(command.Id, ct);
        payment.Revise(command.Changes.ApplyTo(payment.Details), day.Today);
        return payment.Id;
    }
}
