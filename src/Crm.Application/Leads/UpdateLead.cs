using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Leads;

namespace Crm.Application.Leads;

/// <summary>Changes what is stated about a lead. A converted lead refuses with LEAD_ALREADY_CONVERTED.</summary>
[Requires(Permissions.LeadsWrite)]
public sealed record UpdateLead(Guid Id, Patch<LeadDetails> Changes) : ChangesRecord<Lead, LeadDetails>(Id, Changes);

internal sealed class UpdateLeadHandler(IRepository<Lead> leads) : RevisesRecord<UpdateLead, Lead, LeadDetails>(leads);
