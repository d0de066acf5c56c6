using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using FluentValidation;

namespace Crm.Application.Invoices;

/// <summary>Drafts an invoice. UNPROCESSABLE names a line whose product, price or tax is not found.</summary>
[Requires(Permissions.InvoicesWrite)]
public sealed record CreateInvoice(InvoiceDetails Details) : ICommand<Guid>;

internal sealed class CreateInvoiceValidator : AbstractValidator<CreateInvoice>
{
    public CreateInvoiceValidator(InvoiceResource invoices) => RuleFor(c => c.Details).Meets(invoices);
}

internal sealed class CreateInvoiceHandler(IRepository<Invoice> invoices, DocumentSettings settings) : ICommandHandler<CreateInvoice, Guid>
{
    public async Task<Guid> Handle(CreateInvoice command, CancellationToken ct)
    {
        var setting = await settings.OfAsync(command.Details, ct);
        var invoice = Invoice.Draft(Ids.New(setting.Now), command.Details, setting);
        invoices.Add(invoice);
        return invoice.Id;
    }
}
