using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Files;
using Crm.Domain.Documents;

namespace Crm.Application.Invoices;

/// <summary>
/// The invoice or credit note as a PDF in its language, by your default template for invoices, else the built-in one: as it and the template were when it was issued, whatever happened since. A draft says that it is one.
/// </summary>
[Requires(Permissions.InvoicesRead)]
public sealed record GetInvoicePdf(Guid Id) : IQuery<FileContent>;

internal sealed class GetInvoicePdfHandler(PrintingDesk desk, InvoiceResource invoices) : IQueryHandler<GetInvoicePdf, FileContent>
{
    public Task<FileContent> Handle(GetInvoicePdf query, CancellationToken ct) => desk.PrintAsync<PrintedInvoice>(invoices, query.Id, ct);
}

/// <summary>Finds invoices to print.</summary>
internal sealed class InvoicePrints(InvoiceResource invoices, PrintingDesk desk) : DocumentPrints<PrintedInvoice>(DocumentType.Invoice, invoices, desk);
