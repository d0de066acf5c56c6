using Crm.Domain.Common;

namespace Crm.Domain.Companies;

/// <summary>What users state about a company (product.md §2).</summary>
public record CompanyDetails : RecordDetails
{
    /// <summary>The company's name, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>Its internet domain, at most 300 characters.</summary>
    public string? Domain { get; init; }
    /// <summary>What it does, at most 300 characters.</summary>
    public string? Industry { get; init; }
    /// <summary>How large it is, in the user's own words.</summary>
    public string? Size { get; init; }
    /// <summary>What it earns in a year; a loss is negative.</summary>
    public Money? AnnualRevenue { get; init; }
    /// <summary>Street and number, at most 2,000 characters.</summary>
    public string? Address { get; init; }
    /// <summary>City.</summary>
    public string? City { get; init; }
    /// <summary>Region.</summary>
    public string? Region { get; init; }
    /// <summary>Postal code.</summary>
    public string? PostalCode { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }
    /// <summary>Phone as it was typed; looked up by its digits.</summary>
    public PhoneNumber? Phone { get; init; }
    /// <summary>Web site, at most 2,000 characters.</summary>
    public string? Website { get; init; }
    /// <summary>Tax number.</summary>
    public string? TaxNumber { get; init; }
    /// <summary>The company it belongs to.</summary>
    public Guid? ParentId { get; init; }
    /// <summary>Who looks after it.</summary>
    public Guid? OwnerId { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Notes { get; init; }
}

/// <summary>An organization that people and customers belong to.</summary>
public sealed class Company : Record<Company, CompanyDetails>
{
    private Company() { }

    /// <inheritdoc/>
    public override Guid? OwnerId => Details.OwnerId;

    /// <summary>Adds a company. Raises <see cref="Created{Company}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, an unknown country.</exception>
    public static Company Add(Guid id, CompanyDetails details)
    {
        var company = new Company { Id = id };
        company.Begin(details);
        return company;
    }

    /// <inheritdoc/>
    protected override void Guard(CompanyDetails? before, CompanyDetails after)
    {
        Require.Text(after.Name, "name");
        Require.Country(after.Country, "country");
        if (after.ParentId == Id) throw CompanyErrors.ItsOwnParent();
    }
}

/// <summary>The ways in which a company refuses.</summary>
public static class CompanyErrors
{
    /// <summary>400: a company does not belong to itself.</summary>
    public static CrmException ItsOwnParent() => CrmException.Validation("parentId", "must be another company");
}
