using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Documents;
using Crm.Application.Files;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Offers;

/// <summary>
/// The offer as a PDF in its language, by your default template for offers, else the built-in one: as it and the template were when it was sent, with its optional items by themselves. A draft says that it is one.
/// </summary>
[Requires(Permissions.OffersRead)]
public sealed record GetOfferPdf(Guid Id) : IQuery<FileContent>;

internal sealed class GetOfferPdfHandler(PrintingDesk desk, OfferResource offers) : IQueryHandler<GetOfferPdf, FileContent>
{
    public Task<FileContent> Handle(GetOfferPdf query, CancellationToken ct) => desk.PrintAsync<PrintedOffer>(offers, query.Id, ct);
}

/// <summary>An offer as it is printed: what it was when it was sent.</summary>
internal sealed record PrintedOffer : PrintedRecord
{
    public int Revision { get; init; }
    public DateOnly? ValidUntil { get; init; }
    public required ValueList<DocumentItem> OptionalItems { get; init; }
    public DateTimeOffset? SentAt { get; init; }

    public override DocumentType Type => DocumentType.Offer;

    public override DateTimeOffset PrintedAt => SentAt ?? UpdatedAt;

    public override DateOnly DayIn(string zone, DateOnly today) => SentAt is { } sent ? TimeZones.DayIn(zone, sent) : today;

    public override PrintedDocument In(string language, DocumentParty seller, DocumentParty buyer, DateOnly day)
    {
        var printed = base.In(language, seller, buyer, day);
        return printed with
        {
            Number = SentAt is null ? DocumentLabels.DraftIn(language) : Revision > 1 ? $"{printed.Number} / {Revision}" : printed.Number,
            ValidUntil = ValidUntil, Options = [.. OptionalItems.Select(item => Line(item, language))],
        };
    }
}

/// <summary>Finds offers to print.</summary>
internal sealed class OfferPrints(OfferResource offers, PrintingDesk desk) : DocumentPrints<PrintedOffer>(DocumentType.Offer, offers, desk);
