using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Commerce;

namespace Crm.Application.Tax;

/// <summary>The declaration of rates of tax; every member of the tenant sees them.</summary>
public sealed class TaxRateResource : Resource<TaxRate, TaxRateDetails>
{
    /// <summary>Declares the members.</summary>
    public TaxRateResource() : base("tax-rates", "tax rate")
    {
        AreIndependent = true;
        Text(x => x.Country).Required().IsCountry().Sort();
        Text(x => x.Region).Sort().Says("The part of the country in which it takes the place of the country's rate; the whole country, when absent.");
        Text(x => x.TaxCode).Required().Limit(50).Sort().Says("Your class of goods, such as STANDARD, REDUCED or BOOKS; products name it.", "\"STANDARD\"");
        Choice(x => x.TaxCategory).Required().Says("The category of EN 16931.", "\"STANDARD\"");
        Other(x => x.Percent, FieldKind.Decimal).Required().Between(0, 100).Sort().Says("The rate in percent, with at most 4 decimals; 0 in all categories but STANDARD, CANARY_ISLANDS and CEUTA_MELILLA.", "20");
        Date(x => x.ValidFrom).Required().Says("The first day on which it is charged.", "\"2026-01-01\"");
        Date(x => x.ValidTo).Says("The last day on which it is charged; for good, when absent.");
        Text(x => x.Reason).Limit(500).NoFilter().Says("Why no tax is charged: needed in the categories EXEMPT, REVERSE_CHARGE, INTRA_COMMUNITY, EXPORT and OUTSIDE_SCOPE, refused in the others.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(TaxRateDetails details) => new CreateTaxRate(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<TaxRateDetails> patch) => new UpdateTaxRate(id, patch);
}

/// <summary>A rate's own members, as events carry them.</summary>
public sealed record TaxRateState : TaxRateDetails;

internal sealed class TaxRateStateProfile : StateProfile<TaxRate, TaxRateDetails, TaxRateState>;
