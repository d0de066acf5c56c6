using Crm.Application.Abstractions;
using Crm.Application.Documents;
using Crm.Application.Files;
using Crm.Application.Invoices;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Commerce;

/// <summary>What printing a document needs besides the document.</summary>
public sealed class PrintingDesk(RecordReader records, IssueSettings settings, DefaultTemplates templates, DocumentMaker maker, IDocumentRenderer renderer, IRequestContext context,
    TimeProvider clock) : ISharedByUseCases
{
    /// <summary>A record that the caller sees, who sells, and what is printed of it in a language, its own unless another is named; null when he sees none.</summary>
    public async Task<(TRecord Record, DocumentParty Seller, PrintedDocument Printed)?> FindAsync<TRecord>(Resource resource, Guid id, string? language, CancellationToken ct) where TRecord : PrintedRecord
    {
        if (await records.FindAsync(resource, id, new ListRequest(), ct) is not { } row) return null;
        var record = row.As<TRecord>();
        var setting = record.Seller is null ? await settings.OfAsync(record.CustomerId, ct) : null;
        var (seller, buyer, zone) = (record.Seller ?? setting!.Seller, record.Buyer ?? setting!.Buyer, context.Caller.Tenant.TimeZone);
        return (record, seller, record.In(language ?? record.Language, seller, buyer, record.DayIn(zone, TimeZones.DayIn(zone, clock.GetUtcNow()))));
    }

    /// <summary>The record as a PDF in its language, by the default template of its kind, else the built-in one.</summary>
    /// <exception cref="CrmException">NOT_FOUND; what its template refuses with.</exception>
    public async Task<FileContent> PrintAsync<TRecord>(Resource resource, Guid id, CancellationToken ct) where TRecord : PrintedRecord
    {
        var (record, seller, printed) = await FindAsync<TRecord>(resource, id, null, ct) ?? throw CrmException.NotFound(resource.Singular);
        var template = await templates.FindAsync(record.Type, record.Language, ct);
        var source = await maker.FillAsync(template with { LogoFileId = template.LogoFileId ?? seller.LogoFileId }, DocumentExamples.OfPrinted(printed, record.Language), ct);
        return FileContent.Of($"{record.Number ?? "draft"}.pdf", "application/pdf", renderer.ToPdf(source), record.PrintedAt);
    }

    /// <summary>Whether the caller may read records of the resource.</summary>
    public bool MayRead(Resource resource) => context.Caller.May(resource.Permission("read"));
}

/// <summary>Records of one kind as what documents are about. A kind is this with its types.</summary>
public abstract class DocumentPrints<TRecord>(DocumentType type, Resource resource, PrintingDesk desk) : IDocumentData where TRecord : PrintedRecord
{
    /// <inheritdoc/>
    public bool Serves(DocumentType asked) => asked == type;

    /// <inheritdoc/>
    public async Task<DocumentContent?> FindAsync(DocumentType asked, Guid recordId, string language, CancellationToken ct) =>
        desk.MayRead(resource) && await desk.FindAsync<TRecord>(resource, recordId, language, ct) is (_, _, var printed) ? DocumentExamples.OfPrinted(printed, language) : null;
}
