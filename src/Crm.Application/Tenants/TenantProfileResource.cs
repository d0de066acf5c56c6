using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Tenants;

namespace Crm.Application.Tenants;

/// <summary>The tenant as documents show it, the seller: another view of its settings, with the same version and history.</summary>
public sealed class TenantProfileResource : Resource<Tenant, TenantDetails>
{
    /// <summary>The resource's name, and its path.</summary>
    public const string Own = "tenant/profile";

    /// <summary>Declares the members.</summary>
    public TenantProfileResource() : base(Own, "tenant profile")
    {
        Table = "tenant_settings";
        IsView = true;
        IsSingleton = true;
        HasOwnCreation = true;
        Text(x => x.LegalName).Says("Who sells, as documents name it.", "\"Analytical Ltd\"");
        Text(x => x.VatId).Must(SellerRules.IsVatId, SellerRules.VatIdForm).Says("VAT identifier, with the country's letters.", "\"BG123456789\"");
        Text(x => x.RegistrationNumber).Says("Number in the register of companies.", "\"123456789\"");
        Text(x => x.Address).Limit(2_000).Says("Street and number.", "\"12 St James's Square\"");
        Text(x => x.City).Says("City.", "\"Sofia\"");
        Text(x => x.Region).Says("Region; decides on the rate of tax where it has its own.");
        Text(x => x.PostalCode).Says("Postal code.", "\"1000\"");
        Text(x => x.Country).IsCountry().Says("ISO 3166-1 alpha-2: where you sell, and so whose rates of tax count. It is the organization's own: the country of GET /tenant.", "\"BG\"");
        Text(x => x.Iban).Must(SellerRules.IsIban, SellerRules.IbanForm).Says("The account that is paid to, without spaces.", "\"BG80BNBG96611020345678\"");
        Text(x => x.Bic).Must(SellerRules.IsBic, SellerRules.BicForm).Says("The bank of the account.", "\"BNBGBGSD\"");
        Email(x => x.Email).Says("The address on documents.", "\"office@example.com\"");
        Text(x => x.Phone).Limit(50).Says("The telephone number on documents.", "\"+359 2 9145\"");
        Text(x => x.Website).Says("The site on documents.", "\"https://example.com\"");
        Reference(x => x.LogoFileId, "files").Says("The logo on documents: an uploaded file that is an image, attached to any record.");
        Text(x => x.DefaultLanguage).OneOf(Languages.All).Says("The language of documents that state none: en or bg; the organization's, when absent.", "\"en\"");
        Text(x => x.DefaultTaxCode).Limit(50).Says("The class of goods of products and lines that name none: by it the rate of tax is found.", "\"STANDARD\"");
        Integer(x => x.PaymentTermDays).NotNull().Between(0, SellerRules.LongestTerm).Says("When invoices are due, in days after the issue, unless the customer's payment terms say so (Net 14).", "30");
        Text(x => x.PaymentUrlPattern).Must(SellerRules.IsPaymentUrlPattern, SellerRules.PaymentUrlForm).Says("Where invoices are paid: an https address in which {number} stands for the number. Each keeps its paymentUrl when it is issued.", "\"https://pay.example.com/{number}\"");
        Integer(x => x.OfferValidityDays).NotNull().Between(0, SellerRules.LongestTerm).Says("How long an offer stands that does not say, in days after it is sent.", "30");
        Text(x => x.NumberSeries).Limit(20).Must(SellerRules.IsSeries, SellerRules.SeriesForm).Says("What begins the numbers of invoices that state no series: INV- makes INV-2026-000001.", "\"INV-\"");
        Other(x => x.DunningStages, FieldKind.Embedded).NotNull().NoFilter().Reads("t.dunning_stages::text")
            .Says("When late invoices are reminded of by e-mail: at most 10 stages, each so many days after the day an invoice was due, in ascending order; none, when empty. Usual are 7, 14 and 30 days.",
                """[{"daysAfterDue": 7}, {"daysAfterDue": 14}, {"daysAfterDue": 30}]""");
        Kept();
    }

    /// <inheritdoc/>
    protected override string PermissionName => "tenant";

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(TenantDetails details) => throw new NotSupportedException("Tenants are registered.");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<TenantDetails> patch) => new UpdateTenantProfile(patch);
}
