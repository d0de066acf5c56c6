using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Records;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>Changes what is stated about a draft; of an issued invoice its labels (tags, external id, custom fields, owner) alone. INVALID_STATE: it is issued.</summary>
[Requires(Permissions.InvoicesWrite)]
public sealed record UpdateInvoice(Guid Id, Patch<InvoiceDetails> Changes) : ChangesRecord<Invoice, InvoiceDetails>(Id, Changes);

internal sealed class UpdateInvoiceHandler(IRepository<Invoice> invoices, DocumentSettings settings) : ICommandHandler<UpdateInvoice, Guid>
{
    public async Task<Guid> Handle(UpdateInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(invoice.Details);
        invoice.Revise(details, await settings.OfAsync(details, ct));
        return invoice.Id;
    }
}
