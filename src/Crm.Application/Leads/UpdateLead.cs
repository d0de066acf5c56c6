using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Leads;

namespace Crm.Application.Leads;

/// <summary>Changes what is stated about a lead. A converted lead refuses with LEAD_ALREADY_CONVERTED.</summary>
[Requires(Permissions.LeadsWrite)]
public sealed record UpdateLead(Guid Id, Patch<LeadDetails> Changes) : ChangesRecord<Lead, LeadDetails>(Id, Changes);

internal sealed class UpdateLeadHandler(IRepository<Lead> leads) : ICommandHandler<UpdateLead, Guid>
{
    public async Task<Guid> Handle(UpdateLead command, CancellationToken ct)
    {
        var lead = await leads.GetAsync(command.Id, ct);
        lead.Revise(command.Changes.ApplyTo(lead.Details));
        return lead.Id;
    }
}
