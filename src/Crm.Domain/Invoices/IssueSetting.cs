using System.Globalization;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Domain.Invoices;

/// <summary>What issuing a document depends on besides itself.</summary>
/// <param name="Seller">Who sells, as he is now.</param>
/// <param name="Buyer">Who buys, as he is now.</param>
/// <param name="TermDays">When it is due, in days, if the draft does not say.</param>
/// <param name="Series">What begins its number, if the draft does not say; nothing, when null.</param>
/// <param name="Today">The day it is in the organization's zone.</param>
/// <param name="Now">The instant.</param>
/// <param name="Template">What it is printed with.</param>
/// <param name="PaymentUrlPattern">Where it is paid: an address with a place for its number; nowhere, when null.</param>
public sealed record IssueSetting(DocumentParty Seller, DocumentParty Buyer, int TermDays, string? Series, DateOnly Today, DateTimeOffset Now, TemplateUse Template, string? PaymentUrlPattern = null);

/// <summary>Numbers of documents.</summary>
public static class InvoiceNumber
{
    /// <summary>The number <paramref name="n"/> of a series in a year: <c>INV-2026-000001</c>.</summary>
    public static string Of(string? series, int year, long n) => string.Create(CultureInfo.InvariantCulture, $"{series}{year:0000}-{n:000000}");

    /// <summary>What counts the numbers of a series in a year.</summary>
    public static string Counter(string? series, int year) => string.Create(CultureInfo.InvariantCulture, $"invoice {series}{year:0000}");
}

/// <summary>What EN 16931 demands of an invoice that an organization's data may lack; the rest follows from how documents are made.</summary>
internal static class IssueRules
{
    public static void Check(Invoice invoice, IssueSetting setting)
    {
        var (details, seller, buyer) = (invoice.Details, setting.Seller, setting.Buyer);
        var categories = details.LineItems.Select(l => l.TaxCategory).Concat(details.Adjustments.Select(a => a.TaxCategory)).OfType<TaxCategory>().Distinct().ToList();
        var errors = new Dictionary<string, string[]>();
        Demand(details.LineItems.Count > 0, "lineItems", "must have at least one line (BR-16)");
        Demand(invoice.Total.Amount >= 0, "adjustments", "must not take off more than there is: what goes back is a credit note");
        Demand(seller.Name is { Length: > 0 }, "tenantProfile.legalName", "is required on invoices (BR-06)");
        Demand(seller.Country is not null, "tenantProfile.country", "is required on invoices (BR-09)");
        if (categories.All(c => c == TaxCategory.OutsideScope)) Demand(seller.VatId is not null || seller.RegistrationNumber is { Length: > 0 }, "tenantProfile.registrationNumber", "is required on invoices without a vatId (BR-CO-26)");
        else Demand(seller.VatId is not null, "tenantProfile.vatId", "is required on invoices with VAT or an exemption from it (BR-S-02, BR-E-02 and those like them)");
        Demand(buyer.Name is { Length: > 0 }, "customer.name", "is required on invoices (BR-07)");
        Demand(buyer.Country is not null, "customer.country", "is required on invoices (BR-11)");
        if (categories.Contains(TaxCategory.IntraCommunity)) Demand(buyer.VatId is not null, "customer.taxNumber", "must be a VAT identifier on intra-community supplies (BR-IC-02)");
        if (categories.Contains(TaxCategory.ReverseCharge)) Demand(buyer.VatId is not null || buyer.RegistrationNumber is { Length: > 0 }, "customer.taxNumber", "is required where the customer owes the tax (BR-AE-02)");
        Demand(details.DueDate is null || details.DueDate >= setting.Today, "dueDate", "must not be before the day of the issue");
        if (errors.Count > 0) throw InvoiceErrors.Incomplete(errors);

        void Demand(bool holds, string path, string why)
        {
            if (!holds) errors[path] = [why];
        }
    }
}
