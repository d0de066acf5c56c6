using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Tenants;

namespace Crm.Application.Tenants;

/// <summary>The declaration of the tenant's settings: one record, which the path does not name.</summary>
public sealed class TenantResource : Resource<Tenant, TenantDetails>
{
    /// <summary>Declares the members.</summary>
    public TenantResource() : base("tenant", "tenant")
    {
        Table = "tenant_settings";
        IsSingleton = true;
        HasOwnCreation = true;
        Text(x => x.Name).Required().Says("The organization's name.", "\"Analytical Ltd\"");
        Text(x => x.Currency).NotNull().Must(Currency.IsKnown, "must be an ISO 4217 code").Says("ISO 4217: the currency won totals are counted in.", "\"EUR\"");
        Text(x => x.Country).IsCountry().Says("ISO 3166-1 alpha-2: implies the dialling code of local phone numbers.", "\"BG\"");
        Text(x => x.Language).NotNull().OneOf(Languages.All).Says("en or bg.", "\"en\"");
        Text(x => x.TimeZone).NotNull().Must(TimeZones.IsKnown, "must be an IANA time zone").Says("IANA time zone in which the tenant's days begin.", "\"Europe/Sofia\"");
        Choice(x => x.RecordVisibility).Says("Which records members see.", "\"ALL\"");
        Boolean(x => x.WelcomeEmail).Says("Whether new customers get a welcome e-mail.", "true");
        Boolean(x => x.RequireTwoFactor).Says("Whether members who sign in with a password need a second factor: whoever has none reaches /auth only, until he has one.", "false");
        Money(x => x.DealApprovalAbove).Between(0, null).Says("Above which value a deal is won with an approval only; null = none is needed.");
        Other(x => x.DealApprovalDiscountAbove, FieldKind.Decimal).Between(0, 100).Says("Above which discount on list prices, in percent, a deal is won with an approval only; null = none is needed.", "15");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(TenantDetails details) => throw new NotSupportedException("Tenants are registered.");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<TenantDetails> patch) => new UpdateTenant(patch);
}

/// <summary>A tenant's own members, as events carry them.</summary>
public sealed record TenantState : TenantDetails;

internal sealed class TenantStateProfile : StateProfile<Tenant, TenantDetails, TenantState>;
