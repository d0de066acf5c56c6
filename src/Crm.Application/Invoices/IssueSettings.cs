using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;
using Crm.Domain.Offers;

namespace Crm.Application.Invoices;

/// <summary>Gathers what issuing a document depends on: who sells and who buys, as they are now.</summary>
public sealed class IssueSettings(IReadDb db, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    private const string Sql = """
        select s.legal_name as SellerName, s.vat_id as SellerVatId, s.registration_number as SellerRegistrationNumber, s.address as SellerAddress, s.city as SellerCity, s.region as SellerRegion,
          s.postal_code as SellerPostalCode, s.country as SellerCountry, s.email as SellerEmail, s.phone as SellerPhone, s.website as Website, s.iban as Iban, s.bic as Bic, s.logo_file_id as LogoFileId,
          s.payment_term_days as TermDays, s.offer_validity_days as ValidityDays, s.payment_url_pattern as PaymentUrlPattern, s.number_series as Series,
          c.name as BuyerName, c.tax_number as TaxNumber, c.address as BuyerAddress, c.city as BuyerCity, c.region as BuyerRegion, c.postal_code as BuyerPostalCode, c.country as BuyerCountry,
          c.email as BuyerEmail, c.phone as BuyerPhone, c.payment_terms as PaymentTerms,
          t.id as TemplateId, coalesce(t.version, 0) as TemplateVersion
        from crm_read.tenant_settings s
        left join crm_read.customers c on c.tenant_id = @TenantId and c.id = @CustomerId
        left join crm_read.document_templates t on t.tenant_id = @TenantId and t.type = @Type and t.language = @Language and t.is_default and t.deleted_at is null
        where s.tenant_id = @TenantId
        """;

    /// <summary>The setting in which a document of this customer is issued, in a language.</summary>
    public async Task<IssueSetting> OfAsync(Guid customerId, string language, CancellationToken ct) => Issue(await RowAsync(customerId, DocumentType.Invoice, language, ct));

    /// <summary>The setting in which an offer to this customer is sent. A seller without a legal name goes by the organization's.</summary>
    public async Task<OfferSetting> OfOfferAsync(Guid customerId, string language, CancellationToken ct)
    {
        var row = await RowAsync(customerId, DocumentType.Offer, language, ct);
        var setting = Issue(row);
        return new OfferSetting(setting.Seller with { Name = setting.Seller.Name ?? context.Caller.Tenant.Name }, setting.Buyer, row.ValidityDays, setting.Today, setting.Now, setting.Template);
    }

    private async Task<Row> RowAsync(Guid customerId, DocumentType type, string language, CancellationToken ct) =>
        (await db.FirstOrDefaultAsync<Row>(Sql, new { CustomerId = customerId, Type = Choices.Text(type), Language = language }, ct))!;

    private IssueSetting Issue(Row row)
    {
        var (now, isVatId) = (clock.GetUtcNow(), row.TaxNumber is not null && SellerRules.IsVatId(row.TaxNumber));
        var seller = new DocumentParty
        {
            Name = row.SellerName, VatId = row.SellerVatId, RegistrationNumber = row.SellerRegistrationNumber, Address = row.SellerAddress, City = row.SellerCity, Region = row.SellerRegion,
            PostalCode = row.SellerPostalCode, Country = row.SellerCountry, Email = row.SellerEmail, Phone = row.SellerPhone, Website = row.Website, Iban = row.Iban, Bic = row.Bic, LogoFileId = row.LogoFileId,
        };
        var buyer = new DocumentParty
        {
            Name = row.BuyerName, VatId = isVatId ? row.TaxNumber : null, RegistrationNumber = isVatId ? null : row.TaxNumber, Address = row.BuyerAddress, City = row.BuyerCity, Region = row.BuyerRegion,
            PostalCode = row.BuyerPostalCode, Country = row.BuyerCountry, Email = row.BuyerEmail, Phone = row.BuyerPhone,
        };
        return new IssueSetting(seller, buyer, DaysOf(row.PaymentTerms) ?? row.TermDays, row.Series, TimeZones.DayIn(context.Caller.Tenant.TimeZone, now), now,
            new TemplateUse(row.TemplateId, row.TemplateVersion), row.PaymentUrlPattern);
    }

    /// <summary>The days of terms such as <c>Net 30</c>; null when they say something else.</summary>
    internal static int? DaysOf(string? terms) => terms is not null && terms.StartsWith("Net ", StringComparison.OrdinalIgnoreCase)
        && int.TryParse(terms.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= SellerRules.LongestTerm ? days : null;

    private sealed record Row
    {
        public string? SellerName { get; init; }
        public string? SellerVatId { get; init; }
        public string? SellerRegistrationNumber { get; init; }
        public string? SellerAddress { get; init; }
        public string? SellerCity { get; init; }
        public string? SellerRegion { get; init; }
        public string? SellerPostalCode { get; init; }
        public string? SellerCountry { get; init; }
        public string? SellerEmail { get; init; }
        public string? SellerPhone { get; init; }
        public string? Website { get; init; }
        public string? Iban { get; init; }
        public string? Bic { get; init; }
        public Guid? LogoFileId { get; init; }
        public int TermDays { get; init; }
        public int ValidityDays { get; init; }
        public string? PaymentUrlPattern { get; init; }
        public string? Series { get; init; }
        public string? BuyerName { get; init; }
        public string? TaxNumber { get; init; }
        public string? BuyerAddress { get; init; }
        public string? BuyerCity { get; init; }
        public string? BuyerRegion { get; init; }
        public string? BuyerPostalCode { get; init; }
        public string? BuyerCountry { get; init; }
        public string? BuyerEmail { get; init; }
        public string? BuyerPhone { get; init; }
        public string? PaymentTerms { get; init; }
        public Guid? TemplateId { get; init; }
        public int TemplateVersion { get; init; }
    }
}
