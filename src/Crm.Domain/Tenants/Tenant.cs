using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Domain.Tenants;

/// <summary>Which records a tenant's members see besides what their role lets them do.</summary>
public enum RecordVisibility
{
    /// <summary>Everybody sees every record.</summary>
    All,
    /// <summary>Members see their team's records.</summary>
    Team,
    /// <summary>Users see what they own and what is unowned in their team; managers what is their team's.</summary>
    Own,
}

/// <summary>What its owner states about a tenant.</summary>
public record TenantDetails : RecordDetails
{
    /// <summary>The organization's name, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>ISO 4217: the one that won totals are counted in.</summary>
    public string Currency { get; init; } = "EUR";
    /// <summary>ISO 3166-1 alpha-2: implies the dialling code of local phone numbers.</summary>
    public string? Country { get; init; }
    /// <summary><c>en</c> or <c>bg</c>.</summary>
    public string Language { get; init; } = Languages.Default;
    /// <summary>IANA name: the zone in which the tenant's days begin.</summary>
    public string TimeZone { get; init; } = "UTC";
    /// <summary>Which records members see.</summary>
    public RecordVisibility RecordVisibility { get; init; } = RecordVisibility.All;
    /// <summary>Whether new customers get a welcome e-mail.</summary>
    public bool WelcomeEmail { get; init; } = true;
    /// <summary>Above which value a deal is won with an approval only; null = none is needed.</summary>
    public Money? DealApprovalAbove { get; init; }
    /// <summary>Above which discount on list prices a deal is won with an approval only, in percent, 0–100 with at most 2 decimals; null = none is needed.</summary>
    public decimal? DealApprovalDiscountAbove { get; init; }
    /// <summary>Whether members who sign in with a password need a second factor besides.</summary>
    public bool RequireTwoFactor { get; init; }

    /// <summary>Who sells, as documents name it (BT-27), 1–300 characters.</summary>
    public string? LegalName { get; init; }
    /// <summary>VAT identifier of the seller (BT-31): the country's two letters, then 2–13 letters and digits.</summary>
    public string? VatId { get; init; }
    /// <summary>Number in the register of companies (BT-30).</summary>
    public string? RegistrationNumber { get; init; }
    /// <summary>Street and number, at most 2,000 characters.</summary>
    public string? Address { get; init; }
    /// <summary>City.</summary>
    public string? City { get; init; }
    /// <summary>Region; decides on the rate of tax where one has its own.</summary>
    public string? Region { get; init; }
    /// <summary>Postal code.</summary>
    public string? PostalCode { get; init; }
    /// <summary>The account that is paid to (BT-84): ISO 13616, without spaces.</summary>
    public string? Iban { get; init; }
    /// <summary>The bank of the account (BT-86): ISO 9362.</summary>
    public string? Bic { get; init; }
    /// <summary>The seller's e-mail address on documents.</summary>
    public EmailAddress? Email { get; init; }
    /// <summary>The seller's telephone number on documents, at most 50 characters.</summary>
    public string? Phone { get; init; }
    /// <summary>The seller's site.</summary>
    public string? Website { get; init; }
    /// <summary>The logo on documents: a file that is an image.</summary>
    public Guid? LogoFileId { get; init; }
    /// <summary>The language of documents whose customers and authors say nothing; the organization's, when absent.</summary>
    public string? DefaultLanguage { get; init; }
    /// <summary>The class of goods of what names none: by it the rate of tax is found, 1–50 characters.</summary>
    public string? DefaultTaxCode { get; init; }
    /// <summary>When invoices are due, in days after their issue, 0–3,650; the customer's payment terms go first.</summary>
    public int PaymentTermDays { get; init; } = 30;
    /// <summary>Where invoices are paid: an https address with <c>{number}</c>, at most 300 characters.</summary>
    public string? PaymentUrlPattern { get; init; }
    /// <summary>How long an offer stands that does not say, in days after it is sent, 0–3,650.</summary>
    public int OfferValidityDays { get; init; } = 30;
    /// <summary>What begins the numbers of invoices that state no series, at most 20 characters.</summary>
    public string? NumberSeries { get; init; }
    /// <summary>When late invoices are reminded of, stage by stage, at most 10 in ascending order; never, when there are none.</summary>
    public ValueList<DunningStage> DunningStages { get; init; } = [];
}

/// <summary>An organization and its settings. The record's id is the tenant's own.</summary>
public sealed class Tenant : Record<Tenant, TenantDetails>, IUnrestricted
{
    private Tenant() { }

    /// <summary>Registers an organization. Raises <see cref="TenantRegistered"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public static Tenant Register(Guid id, TenantDetails details)
    {
        var tenant = new Tenant { Id = id };
        tenant.Begin(details, new TenantRegistered(id));
        return tenant;
    }

    /// <summary>Says in the log that tags were merged on the organization's records. Raises <see cref="TenantTagsMerged"/>.</summary>
    public void TellOfMergedTags(IReadOnlyList<string> from, string to, int changed, int remaining) => Raise(new TenantTagsMerged(Id, from, to, changed, remaining));

    /// <inheritdoc/>
    protected override void Guard(TenantDetails? before, TenantDetails after)
    {
        Require.Text(after.Name, "name");
        if (!Currency.IsKnown(after.Currency)) throw CrmException.Validation("currency", "must be an ISO 4217 code");
        if (after.Country is not null && !Country.IsKnown(after.Country)) throw CrmException.Validation("country", "must be an ISO 3166-1 alpha-2 code");
        Languages.Check(after.Language);
        TimeZones.Check(after.TimeZone);
        Deals.DealDiscount.Check(after.DealApprovalDiscountAbove, "dealApprovalDiscountAbove");
        GuardSeller(after);
    }

    private static void GuardSeller(TenantDetails after)
    {
        if (after.VatId is not null && !Commerce.SellerRules.IsVatId(after.VatId)) throw CrmException.Validation("vatId", Commerce.SellerRules.VatIdForm);
        if (after.Iban is not null && !Commerce.SellerRules.IsIban(after.Iban)) throw CrmException.Validation("iban", Commerce.SellerRules.IbanForm);
        if (after.Bic is not null && !Commerce.SellerRules.IsBic(after.Bic)) throw CrmException.Validation("bic", Commerce.SellerRules.BicForm);
        if (after.NumberSeries is not null && !Commerce.SellerRules.IsSeries(after.NumberSeries)) throw CrmException.Validation("numberSeries", Commerce.SellerRules.SeriesForm);
        if (after.DefaultLanguage is not null && !Languages.IsKnown(after.DefaultLanguage)) throw CrmException.Validation("defaultLanguage", $"must be one of {string.Join(", ", Languages.All)}");
        if (after.PaymentUrlPattern is not null && !Commerce.SellerRules.IsPaymentUrlPattern(after.PaymentUrlPattern)) throw CrmException.Validation("paymentUrlPattern", Commerce.SellerRules.PaymentUrlForm);
        if (after.OfferValidityDays is < 0 or > Commerce.SellerRules.LongestTerm) throw CrmException.Validation("offerValidityDays", $"must be between 0 and {Commerce.SellerRules.LongestTerm}");
        if (Dunning.Refusals(after.DunningStages) is { Count: > 0 } refusals) throw CrmException.Validation(refusals);
        if (after.PaymentTermDays is < 0 or > Commerce.SellerRules.LongestTerm) throw CrmException.Validation("paymentTermDays", $"must be between 0 and {Commerce.SellerRules.LongestTerm}");
    }
}

/// <summary>An organization registered; its first pipeline follows in the same transaction.</summary>
public sealed record TenantRegistered(Guid TenantId) : IDomainEvent;

/// <summary>Some tags became one on the organization's records: so many at once, so many afterwards.</summary>
public sealed record TenantTagsMerged(Guid TenantId, IReadOnlyList<string> From, string To, int Changed, int Remaining) : IDomainEvent;
