using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Crm.Domain.Payments;
using FluentValidation;

namespace Crm.Application.Payments;

/// <summary>
/// Notes that what was paid too much of an invoice went back to the customer. INVALID_STATE: more than was paid too much, or a draft, a void invoice, a credit note. VALIDATION_FAILED: an
/// amount that is none, a day that is ahead or before the issue.
/// </summary>
/// <param name="Amount">How much; all that was paid too much, when absent.</param>
/// <param name="RefundedOn">The day; today, when absent.</param>
/// <param name="Reason">Why, at most 2,000 characters.</param>
[Requires(Permissions.PaymentsWrite)]
public sealed record RefundInvoice(Guid Id, [Example("null")] Money? Amount = null, [Example("null")] DateOnly? RefundedOn = null, [Example("\"Sent back\"")] string? Reason = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RefundInvoiceValidator : AbstractValidator<RefundInvoice>
{
    public RefundInvoiceValidator()
    {
        RuleFor(c => c.Amount).MustBePositive();
        RuleFor(c => c.Reason).MustBeReason();
    }
}

internal sealed class RefundInvoiceHandler(IRepository<Invoice> invoices, IRepository<ReceivableEntry> entries, BookingDay day, TimeProvider clock) : ICommandHandler<RefundInvoice, Guid>
{
    public async Task<Guid> Handle(RefundInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        entries.Add(ReceivableEntry.OfRefund(Ids.New(clock.GetUtcNow()), invoice, command.Amount, command.RefundedOn, command.Reason, day.Today));
        return invoice.Id;
    }
}
