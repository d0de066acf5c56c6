using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Work;

namespace Crm.Application.Work;

/// <summary>What the declarations of tasks and activities share.</summary>
public abstract class WorkResource<TAggregate, TDetails> : Resource<TAggregate, TDetails>
    where TAggregate : AggregateRoot
    where TDetails : WorkDetails
{
    /// <summary>Starts the declaration.</summary>
    protected WorkResource(string name, string singular) : base(name, singular) { }

    /// <summary>The records the work is about.</summary>
    protected void Links()
    {
        Reference(x => x.LeadId, "leads").Says("The lead it is about.");
        Reference(x => x.DealId, "deals").Says("The deal it is about.");
        Reference(x => x.CustomerId, "customers").Says("The customer it is about.");
        Reference(x => x.ContactId, "contacts").Says("The contact it is about.");
        Reference(x => x.CompanyId, "companies").Says("The company it is about.");
    }
}
