using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using FluentValidation;

namespace Crm.Application.Invoices;

/// <summary>Declares an issued invoice void: it keeps its number and counts no more. INVALID_STATE: it is a draft, a credit note, void, or has payments or credit notes.</summary>
/// <param name="Reason">Why; it stands in the log.</param>
[Requires(Permissions.InvoicesIssue)]
public sealed record VoidInvoice(Guid Id, string? Reason = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class VoidInvoiceValidator : AbstractValidator<VoidInvoice>
{
    public VoidInvoiceValidator() => RuleFor(c => c.Reason).Must(reason => reason is null || !Characters.Exceed(reason, 2_000)).WithMessage("must be at most 2000 characters");
}

internal sealed class VoidInvoiceHandler(IRepository<Invoice> invoices, TimeProvider clock) : ICommandHandler<VoidInvoice, Guid>
{
    public async Task<Guid> Handle(VoidInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        invoice.DeclareVoid(command.Reason, clock.GetUtcNow());
        return invoice.Id;
    }
}
