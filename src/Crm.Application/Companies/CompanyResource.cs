using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Companies;

namespace Crm.Application.Companies;

/// <summary>The declaration of companies.</summary>
public sealed class CompanyResource : Resource<Company, CompanyDetails>
{
    /// <summary>Declares the members.</summary>
    public CompanyResource() : base("companies", "company")
    {
        LimitName = "companies";
        OwnerColumn = "owner_id";
        LinkColumn = "company_id";
        KeptBy = [("deals", "company_id")];
        Text(x => x.Name).Required().Search().Sort().Says("The company's name.", "\"Analytical Ltd\"");
        Text(x => x.Domain).Search().Sort().Says("Its internet domain.", "\"analytical.example\"");
        Text(x => x.Industry).Search().Sort().Says("What it does.", "\"Machinery\"");
        Text(x => x.Size).Sort().Says("How large it is, in your own words.", "\"51-200\"");
        Money(x => x.AnnualRevenue).Sort().Says("What it earns in a year.", """{"amount": 1250000.00, "currency": "EUR"}""");
        Text(x => x.Address).Limit(2_000).Search().Says("Street and number.", "\"12 St James's Square\"");
        Text(x => x.City).Search().Sort().Says("City.", "\"London\"");
        Text(x => x.Region).Search().Sort().Says("Region.", "\"Greater London\"");
        Text(x => x.PostalCode).Search().Says("Postal code.", "\"SW1Y 4JH\"");
        Text(x => x.Country).IsCountry().Sort();
        Phone(x => x.Phone).Search().Says("As typed; looked up by its digits.", "\"+44 20 7946 0958\"");
        Text(x => x.Website).Limit(2_000).Search().Says("The web site.", "\"https://analytical.example\"");
        Text(x => x.TaxNumber).Search().Says("Tax number.", "\"GB123456789\"");
        Reference(x => x.ParentId, "companies").Says("The company it belongs to.");
        Reference(x => x.OwnerId, "team/members").CallerByDefault().Says("Who looks after it; you, when absent.");
        Text(x => x.Notes).Limit(20_000).Search().NoFilter().Says("Free text.", "\"Prefers engines\"");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(CompanyDetails details) => new CreateCompany(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<CompanyDetails> patch) => new UpdateCompany(id, patch);
}

/// <summary>A company's own members, as events carry them.</summary>
public sealed record CompanyState : CompanyDetails;

internal sealed class CompanyStateProfile : StateProfile<Company, CompanyDetails, CompanyState>;
