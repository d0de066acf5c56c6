using Crm.Domain.Common;
using Crm.Domain.Companies;
using Crm.Domain.Contacts;
using Crm.Domain.Customers;
using Crm.Domain.Deals;

namespace Crm.Domain.Leads;

/// <summary>What a lead's details become when it is converted (product.md §3, api.md).</summary>
public static class LeadConversion
{
    /// <summary>The company the lead names; null when it names none.</summary>
    public static CompanyDetails? CompanyOf(LeadDetails lead) => string.IsNullOrWhiteSpace(lead.Company) ? null : new CompanyDetails
    {
        Name = lead.Company,
        Website = lead.Website,
        OwnerId = lead.OwnerId,
    };

    /// <summary>The customer: its company's name if it has one, else the lead's; e-mail, phone and owner are the lead's.</summary>
    public static CustomerDetails CustomerOf(LeadDetails lead, Guid? companyId) => new()
    {
        Name = string.IsNullOrWhiteSpace(lead.Company) ? lead.Name : lead.Company,
        Email = lead.Email,
        Phone = lead.Phone,
        CompanyId = companyId,
        OwnerId = lead.OwnerId,
    };

    /// <summary>The person; the last word of the name is the last name.</summary>
    public static ContactDetails ContactOf(LeadDetails lead, Guid customerId, Guid? companyId)
    {
        var (first, last) = Split(lead.Name);
        return new ContactDetails
        {
            FirstName = first,
            LastName = last,
            Emails = lead.Email is null ? [] : [lead.Email],
            Phones = lead.Phone is null ? [] : [lead.Phone],
            JobTitle = lead.JobTitle,
            CompanyId = companyId,
            CustomerId = customerId,
            OwnerId = lead.OwnerId,
        };
    }

    /// <summary>The deal: the lead's value and owner, its name unless another title is given.</summary>
    public static DealDetails DealOf(Guid leadId, LeadDetails lead, string? title, Guid? pipelineId) => new()
    {
        Title = title ?? lead.Name,
        PipelineId = pipelineId,
        Value = lead.Value,
        LeadId = leadId,
        OwnerId = lead.OwnerId,
    };

    /// <summary>A person's name in two; a single word is the last name.</summary>
    public static (string? First, string Last) Split(string name)
    {
        var trimmed = name.Trim();
        for (var i = trimmed.Length - 1; i > 0; i--)
            if (char.IsWhiteSpace(trimmed[i])) return (trimmed[..i].TrimEnd(), trimmed[(i + 1)..]);
        return (null, trimmed.Length > 0 ? trimmed : name);
    }
}
