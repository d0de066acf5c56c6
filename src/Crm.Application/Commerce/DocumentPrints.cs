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

/// <summary>A document on paper.</summary>
/// <param name="Title">What its template calls it, in plain text.</param>
/// <param name="Content">The PDF.</param>
public sealed record DrawnDocument(string Title, byte[] Content);

/// <summary>A record and what is printed of it.</summary>
/// <param name="Record">The record.</param>
/// <param name="Seller">Who sells.</param>
/// <param name="Printed">What is printed.</param>
public sealed record FoundDocument<TRecord>(TRecord Record, DocumentParty Seller, PrintedDocument Printed) where TRecord : PrintedRecord;

/// <summary>What printing a document needs besides the document.</summary>
public sealed class PrintingDesk(RecordReader records, IssueSettings settings, DefaultTemplates templates, DocumentMaker maker, IDocumentRenderer renderer, IRequestContext context,
    TimeProvider clock) : ISharedByUseCases
{
    /// <summary>A record that the caller sees, who sells, and what is printed of it in a language, its own unless another is named; null when he sees none.</summary>
    public async Task<FoundDocument<TRecord>?> FindAsync<TRecord>(Resource resource, Guid id, string? language, CancellationToken ct) where TRecord : PrintedRecord
    {
        if (await records.FindAsync(resource, id, new ListRequest(), ct) is not { } row) return null;
        var record = row.As<TRecord>();
        var setting = record.Seller is null ? await settings.OfAsync(record.CustomerId, record.Language, ct) : null;
        var (seller, buyer, zone) = (record.Seller ?? setting!.Seller, record.Buyer ?? setting!.Buyer, context.Caller.Tenant.TimeZone);
        return new FoundDocument<TRecord>(record, seller, record.In(language ?? record.Language, seller, buyer, record.DayIn(zone, TimeZones.DayIn(zone, clock.GetUtcNow()))));
    }

    /// <summary>The record as a PDF in its language, by the template that it keeps, else the default one of its kind, else the built-in one.</summary>
    /// <exception cref="CrmException">NOT_FOUND; what its template refuses with.</exception>
    public async Task<FileContent> PrintAsync<TRecord>(Resource resource, Guid id, CancellationToken ct) where TRecord : PrintedRecord
    {
        var (record, seller, printed) = await FindAsync<TRecord>(resource, id, null, ct) ?? throw CrmException.NotFound(resource.Singular);
        return FileContent.Of($"{record.Number ?? "draft"}.pdf", "application/pdf", (await DrawAsync(printed, record.Language, record.Template, seller, ct)).Content, record.PrintedAt);
    }

    /// <summary>The record as a PDF that goes with an e-mail; null when the caller sees none, when its template refuses, and when it is more than an e-mail carries.</summary>
    public async Task<EmailAttachment?> AttachAsync<TRecord>(Resource resource, Guid id, CancellationToken ct) where TRecord : PrintedRecord =>
        await FindAsync<TRecord>(resource, id, null, ct) is var (record, seller, printed) ? (await AttachAsync(printed, record.Language, record.Template, seller, ct)).Attachment : null;

    /// <summary>What is printed as a PDF that goes with an e-mail, and what its template calls it. An e-mail need not wait for somebody to mend a template: it goes without.</summary>
    public async Task<(string? Title, EmailAttachment? Attachment)> AttachAsync(PrintedDocument printed, string language, TemplateUse? kept, DocumentParty seller, CancellationToken ct)
    {
        try
        {
            var drawn = await DrawAsync(printed, language, kept, seller, ct);
            return (drawn.Title, drawn.Content.Length > EmailAttachment.MostBytes ? null : new EmailAttachment($"{printed.Number}.pdf", "application/pdf", drawn.Content));
        }
        catch (CrmException refusal) when (refusal.Kind != ErrorKind.Unavailable)
        {
            return (null, null);
        }
    }

    /// <summary>Whether the caller may read records of the resource.</summary>
    public bool MayRead(Resource resource) => context.Caller.May(resource.Permission("read"));

    private async Task<DrawnDocument> DrawAsync(PrintedDocument printed, string language, TemplateUse? kept, DocumentParty seller, CancellationToken ct)
    {
        var template = await templates.FindAsync(printed.Type, language, kept, ct);
        var source = await maker.FillAsync(template with { LogoFileId = template.LogoFileId ?? seller.LogoFileId }, DocumentExamples.OfPrinted(printed, language), ct);
        return new DrawnDocument(source.Title, renderer.ToPdf(source));
    }
}

/// <summary>Records of one kind as what documents are about. A kind is this with its types.</summary>
public abstract class DocumentPrints<TRecord>(DocumentType type, Resource resource, PrintingDesk desk) : IDocumentData where TRecord : PrintedRecord
{
    /// <inheritdoc/>
    public bool Serves(DocumentType asked) => asked == type;

    /// <inheritdoc/>
    public async Task<DocumentContent?> FindAsync(DocumentType asked, Guid recordId, string language, CancellationToken ct) =>
        desk.MayRead(resource) && await desk.FindAsync<TRecord>(resource, recordId, language, ct) is { } found && Printed(found) is { } printed ? DocumentExamples.OfPrinted(printed, language) : null;

    /// <summary>What is printed of a record that was found; null when such a document cannot be about it.</summary>
    protected virtual PrintedDocument? Printed(FoundDocument<TRecord> found) => found.Printed;
}
