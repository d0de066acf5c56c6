using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Commerce;

/// <summary>What the declarations of offers, orders and invoices have in common. Each lists its own members between these.</summary>
public abstract class DocumentResource<TDocument, TDetails> : Resource<TDocument, TDetails>
    where TDocument : Document<TDocument, TDetails>
    where TDetails : DocumentDetails
{
    private const string Lines = """[{"name": "Analytical engine", "quantity": 2, "unitPrice": {"amount": 4821.00, "currency": "EUR"}, "taxCategory": "STANDARD", "taxPercent": 20}]""";

    /// <summary>A kind of document: its records have owners, and each is written by itself.</summary>
    protected DocumentResource(string name, string singular) : base(name, singular)
    {
        OwnerColumn = "owner_id";
        AreIndependent = true;
    }

    /// <summary>Declares who buys, who sells, and how the document is written.</summary>
    protected void Heading()
    {
        Reference(x => x.CustomerId, "customers").Required().Says("Who buys.");
        Reference(x => x.ContactId, "contacts").Says("Who is spoken to.");
        Reference(x => x.DealId, "deals").Says("The deal it comes from.");
        Reference(x => x.OwnerId, "team/members").CallerByDefault().Says("The salesperson; you, when absent.");
        Text(x => x.BuyerReference).Search().Says("What the buyer wants to see on it, such as a cost centre or the number of his order.", "\"4500012345\"");
        Text(x => x.Currency).NotNull().Must(Currency.IsKnown, "must be an ISO 4217 code").Says("ISO 4217: the currency of all its amounts; your organization's, when absent.", "\"EUR\"");
        Text(x => x.Language).NotNull().OneOf(Languages.All).Says("The language it is written in: en or bg; that of your documents, when absent.", "\"en\"");
        Text(x => x.Notes).Limit(20_000).Search().NoFilter().Says("Free text that stands on it.", "\"Thank you\"");
    }

    /// <summary>Declares lines, adjustments and sums.</summary>
    protected void Body()
    {
        Other(x => x.LineItems, FieldKind.Embedded).NotNull().NoFilter().Reads(ChildSql.Of<DocumentItem>(RecordName.Of(typeof(TDocument)), "line_items")).ItemRefers(nameof(DocumentItem.ProductId), "products")
            .Says("What is sold, at most 1,000 lines, replaced whole; one with an id is that line, changed. Name and unit are the product's, the price is found by price books, the tax by the product's tax code, each when absent.", Lines);
        Other(x => x.Adjustments, FieldKind.Embedded).NotNull().NoFilter().Reads("t.adjustments::text").Says("Allowances and charges of the whole document, at most 20; without a tax of its own one falls into every rate.", "[]");
        ReadOnly<ValueList<DocumentTax>>("taxes", FieldKind.Embedded).NotNull().Says("The tax per category and rate.", "[]");
        Sum("lineTotal", "Sum of the lines' nets.");
        Sum("allowanceTotal", "Sum of the document's allowances.");
        Sum("chargeTotal", "Sum of the document's charges.");
        Sum("netTotal", "Without tax: lines − allowances + charges.");
        Sum("taxTotal", "The tax.");
        Sum("total", "With tax.").Sort();
    }

    /// <summary>Declares a sum that is kept beside the details.</summary>
    protected Field Sum(string name, string says) => ReadOnly(name, FieldKind.Money).NotNull().Says(says, """{"amount": 11570.40, "currency": "EUR"}""");
}
