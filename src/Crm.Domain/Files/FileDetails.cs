using Crm.Domain.Common;

namespace Crm.Domain.Files;

/// <summary>What users state about a file. Its content is stated once, when it is uploaded.</summary>
public record FileDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters of any script; never a path of the service.</summary>
    public required string Name { get; init; }
    /// <summary>More about it, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>The lead it is attached to.</summary>
    public Guid? LeadId { get; init; }
    /// <summary>The deal it is attached to.</summary>
    public Guid? DealId { get; init; }
    /// <summary>The customer it is attached to.</summary>
    public Guid? CustomerId { get; init; }
    /// <summary>The contact it is attached to.</summary>
    public Guid? ContactId { get; init; }
    /// <summary>The company it is attached to.</summary>
    public Guid? CompanyId { get; init; }
    /// <summary>The product it is attached to.</summary>
    public Guid? ProductId { get; init; }
    /// <summary>The task it is attached to.</summary>
    public Guid? TaskId { get; init; }
    /// <summary>The activity it is attached to.</summary>
    public Guid? ActivityId { get; init; }
    /// <summary>The document template it is attached to, such as its logo.</summary>
    public Guid? DocumentTemplateId { get; init; }

    /// <summary>The links that are set.</summary>
    public IReadOnlyList<RecordLink> Links() =>
    [
        .. from link in new (string Member, Guid? Id)[]
           {
               ("leadId", LeadId), ("dealId", DealId), ("customerId", CustomerId), ("contactId", ContactId), ("companyId", CompanyId),
               ("productId", ProductId), ("taskId", TaskId), ("activityId", ActivityId),
               ("documentTemplateId", DocumentTemplateId),
           }
           where link.Id is not null
           select new RecordLink(link.Member, link.Id.GetValueOrDefault()),
    ];
}
