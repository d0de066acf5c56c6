using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Crm.Domain.Payments;
using FluentValidation;

namespace Crm.Application.Payments;

/// <summary>Gives up what is due of an invoice, or some of it. INVALID_STATE: more than is due, or a draft, a void invoice, a credit note.</summary>
/// <param name="Reason">Why, 1–2,000 characters.</param>
/// <param name="Amount">How much; all that is due, when absent.</param>
[Requires(Permissions.InvoicesIssue)]
public sealed record WriteOffInvoice(Guid Id, [Example("\"Insolvent\"")] string Reason, [Example("null")] Money? Amount = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class WriteOffInvoiceValidator : AbstractValidator<WriteOffInvoice>
{
    public WriteOffInvoiceValidator()
    {
        RuleFor(c => c.Amount).MustBePositive();
        RuleFor(c => c.Reason).MustBeReason();
        RuleFor(c => c.Reason).Must(reason => reason is not "").WithMessage("must not be empty").OverridePropertyName("reason");
    }
}

internal sealed class WriteOffInvoiceHandler(IRepository<Invoice> invoices, IRepository<ReceivableEntry> entries, BookingDay day, TimeProvider clock) : ICommandHandler<WriteOffInvoice, Guid>
{
    public async Task<Guid> Handle(WriteOffInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        entries.Add(ReceivableEntry.OfWriteOff(Ids.New(clock.GetUtcNow()), invoice, command.Amount, command.Reason, day.Today));
        return invoice.Id;
    }
}
