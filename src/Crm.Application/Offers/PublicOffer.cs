using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>A seller or buyer as the customer sees them.</summary>
/// <param name="Name">The name.</param>
/// <param name="AddressLines">The address, line by line.</param>
/// <param name="VatId">The VAT identifier.</param>
/// <param name="Email">The e-mail address.</param>
/// <param name="Phone">The telephone number.</param>
/// <param name="Website">The site; of sellers.</param>
public sealed record PublicParty(string? Name, IReadOnlyList<string> AddressLines, string? VatId, string? Email, string? Phone, string? Website)
{
    internal static PublicParty Of(DocumentParty? party, string language) => new(party?.Name, Documents.PrintedParty.Lines(party?.Address, party?.PostalCode, party?.City, party?.Country, language),
        party?.VatId, party?.Email, party?.Phone, party?.Website);
}

/// <summary>A line as the customer sees it.</summary>
/// <param name="Id">Its id; by it an optional item is taken.</param>
/// <param name="Name">What is sold.</param>
/// <param name="Description">More about it.</param>
/// <param name="Quantity">How many or how much.</param>
/// <param name="Unit">Of what unit (UN/ECE Recommendation 20).</param>
/// <param name="UnitPrice">The price without tax, of priceQuantity.</param>
/// <param name="PriceQuantity">For how many the price is.</param>
/// <param name="Adjustments">What is taken off and added.</param>
/// <param name="TaxPercent">The rate of tax in percent.</param>
/// <param name="TaxReason">Why no tax is charged.</param>
/// <param name="Net">What it comes to, without tax.</param>
public sealed record PublicOfferLine(Guid Id, string Name, string? Description, decimal Quantity, string Unit, Money UnitPrice, decimal PriceQuantity, ValueList<LineAdjustment> Adjustments,
    decimal TaxPercent, string? TaxReason, Money Net)
{
    internal static PublicOfferLine Of(DocumentItem line) => new(line.Id!.Value, line.Name!, line.Description, line.Quantity, line.Unit!, line.UnitPrice!, line.PriceQuantity, line.Adjustments,
        line.TaxPercent ?? 0, line.TaxReason, line.Net!);
}

/// <summary>What was accepted, as the customer sees it.</summary>
/// <param name="AcceptedAt">When.</param>
/// <param name="Name">By whom.</param>
/// <param name="OptionalItems">The optional items that were taken.</param>
/// <param name="Total">What it comes to with them, with tax.</param>
public sealed record PublicAcceptance(DateTimeOffset AcceptedAt, string Name, IReadOnlyList<Guid> OptionalItems, Money Total);

/// <summary>An offer as the customer sees it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Revision">The how manieth version it is.</param>
/// <param name="Status">SENT while it can be accepted; ACCEPTED or DECLINED when it was.</param>
/// <param name="ValidUntil">The last day on which it can be accepted, where the seller is.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Language">The language it is written in.</param>
/// <param name="Currency">ISO 4217: the currency of all its amounts.</param>
/// <param name="Seller">Who sells.</param>
/// <param name="Buyer">Who buys.</param>
/// <param name="BuyerReference">What the buyer wants to see on it.</param>
/// <param name="Notes">Free text.</param>
/// <param name="LineItems">What is offered.</param>
/// <param name="OptionalItems">What can be taken besides; it counts in no sum.</param>
/// <param name="Adjustments">Allowances and charges of the whole.</param>
/// <param name="Taxes">The tax per category and rate.</param>
/// <param name="LineTotal">Sum of the lines' nets.</param>
/// <param name="AllowanceTotal">Sum of the allowances.</param>
/// <param name="ChargeTotal">Sum of the charges.</param>
/// <param name="NetTotal">Without tax.</param>
/// <param name="TaxTotal">The tax.</param>
/// <param name="Total">With tax.</param>
/// <param name="Acceptance">What was accepted; null until it was.</param>
public sealed record PublicOffer(string Number, int Revision, OfferStatus Status, DateOnly ValidUntil, DateTimeOffset SentAt, string Language, string Currency, PublicParty Seller, PublicParty Buyer,
    string? BuyerReference, string? Notes, IReadOnlyList<PublicOfferLine> LineItems, IReadOnlyList<PublicOfferLine> OptionalItems, ValueList<DocumentAdjustment> Adjustments, ValueList<DocumentTax> Taxes,
    Money LineTotal, Money AllowanceTotal, Money ChargeTotal, Money NetTotal, Money TaxTotal, Money Total, PublicAcceptance? Acceptance)
{
    internal static PublicOffer Of(Offer offer)
    {
        var details = offer.Details;
        return new PublicOffer(offer.Number!, offer.Revision, offer.Status, details.ValidUntil!.Value, offer.SentAt!.Value, details.Language!, details.Currency!, PublicParty.Of(offer.Seller, details.Language!), PublicParty.Of(offer.Buyer, details.Language!),
            details.BuyerReference, details.Notes, [.. details.LineItems.Select(PublicOfferLine.Of)], [.. details.OptionalItems.Select(PublicOfferLine.Of)], details.Adjustments, offer.Taxes,
            offer.LineTotal, offer.AllowanceTotal, offer.ChargeTotal, offer.NetTotal, offer.TaxTotal, offer.Total,
            offer.Acceptance is { } taken ? new PublicAcceptance(taken.AcceptedAt, taken.Name, taken.OptionalItems, taken.Total!) : null);
    }
}
