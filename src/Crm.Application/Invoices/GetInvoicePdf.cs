using Crm.Application.Abstractions;
using Crm.Application.Documents;
using Crm.Application.Files;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Invoices;

/// <summary>
/// The invoice or credit note as a PDF in its language, by your default template for invoices, else the built-in one: as it was when it was issued, whatever happened since. A draft says that it is one.
/// </summary>
[Requires(Permissions.InvoicesRead)]
public sealed record GetInvoicePdf(Guid Id) : IQuery<FileContent>;

internal sealed class GetInvoicePdfHandler(InvoicePrints prints, DefaultTemplates templates, DocumentMaker maker, IDocumentRenderer renderer, InvoiceResource invoices) : IQueryHandler<GetInvoicePdf, FileContent>
{
    public async Task<FileContent> Handle(GetInvoicePdf query, CancellationToken ct)
    {
        var (invoice, seller, printed) = await prints.FindAsync(query.Id, null, ct) ?? throw CrmException.NotFound(invoices.Singular);
        var template = await templates.FindAsync(DocumentType.Invoice, invoice.Language, ct);
        var source = await maker.FillAsync(template with { LogoFileId = template.LogoFileId ?? seller.LogoFileId }, DocumentExamples.OfPrinted(printed, invoice.Language), ct);
        return FileContent.Of($"{invoice.Number ?? "draft"}.pdf", "application/pdf", renderer.ToPdf(source), invoice.IssuedAt ?? invoice.UpdatedAt);
    }
}

/// <summary>Finds invoices to print.</summary>
internal sealed class InvoicePrints(RecordReader records, InvoiceResource invoices, IssueSettings settings, IRequestContext context) : IDocumentData, ISharedByUseCases
{
    public bool Serves(DocumentType type) => type == DocumentType.Invoice;

    public async Task<DocumentContent?> FindAsync(DocumentType type, Guid recordId, string language, CancellationToken ct) =>
        context.Caller.May(invoices.Permission("read")) && await FindAsync(recordId, language, ct) is (_, _, var printed) ? DocumentExamples.OfPrinted(printed, language) : null;

    /// <summary>An invoice that the caller sees, who sells, and what is printed of it in a language, its own unless another is named.</summary>
    public async Task<(PrintedInvoice Invoice, Domain.Commerce.DocumentParty Seller, PrintedDocument Printed)?> FindAsync(Guid id, string? language, CancellationToken ct)
    {
        if (await records.FindAsync(invoices, id, new ListRequest(), ct) is not { } row) return null;
        var invoice = row.As<PrintedInvoice>();
        var setting = invoice.Seller is null ? await settings.OfAsync(invoice.CustomerId, ct) : null;
        var (seller, buyer) = (invoice.Seller ?? setting!.Seller, invoice.Buyer ?? setting!.Buyer);
        return (invoice, seller, invoice.In(language ?? invoice.Language, seller, buyer, setting?.Today ?? invoice.IssueDate!.Value));
    }
}
