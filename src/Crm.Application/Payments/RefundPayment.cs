using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Payments;
using FluentValidation;

namespace Crm.Application.Payments;

/// <summary>Notes that money of a payment went back to who paid. INVALID_STATE: more than is unallocated. VALIDATION_FAILED: an amount that is none, a day that is ahead or before the payment.</summary>
/// <param name="Amount">How much; all that is unallocated, when absent.</param>
/// <param name="RefundedOn">The day; today, when absent.</param>
/// <param name="Reason">Why, at most 2,000 characters.</param>
[Requires(Permissions.PaymentsWrite)]
public sealed record RefundPayment(Guid Id, [Example("null")] Money? Amount = null, [Example("null")] DateOnly? RefundedOn = null, [Example("\"Paid twice\"")] string? Reason = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "payments";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RefundPaymentValidator : AbstractValidator<RefundPayment>
{
    public RefundPaymentValidator()
    {
        RuleFor(c => c.Amount).MustBePositive();
        RuleFor(c => c.Reason).MustBeReason();
    }
}

internal sealed class RefundPaymentHandler(IRepository<Payment> payments, IRepository<ReceivableEntry> entries, BookingDay day, TimeProvider clock) : ICommandHandler<RefundPayment, Guid>
{
    public async Task<Guid> Handle(RefundPayment command, CancellationToken ct)
    {
        var payment = await payments.GetAsync(command.Id, ct);
        entries.Add(ReceivableEntry.OfRefund(Ids.New(clock.GetUtcNow()), payment, command.Amount, command.RefundedOn, command.Reason, day.Today));
        return payment.Id;
    }
}
