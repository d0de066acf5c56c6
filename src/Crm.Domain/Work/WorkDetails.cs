using Crm.Domain.Common;

namespace Crm.Domain.Work;

/// <summary>What tasks and activities share: the records they are about. None is required.</summary>
public abstract record WorkDetails : RecordDetails
{
    /// <summary>The lead it is about.</summary>
    public Guid? LeadId { get; init; }
    /// <summary>The deal it is about.</summary>
    public Guid? DealId { get; init; }
    /// <summary>The customer it is about.</summary>
    public Guid? CustomerId { get; init; }
    /// <summary>The contact it is about.</summary>
    public Guid? ContactId { get; init; }
    /// <summary>The company it is about.</summary>
    public Guid? CompanyId { get; init; }
}
