using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Leads;
using FluentValidation;

namespace Crm.Application.Leads;

/// <summary>Captures a new lead. One without ownerId is yours, until a routing rule gives it to somebody.</summary>
[Requires(Permissions.LeadsWrite)]
public sealed record CreateLead(LeadDetails Details) : ICommand<Guid>;

internal sealed class CreateLeadValidator : AbstractValidator<CreateLead>
{
    public CreateLeadValidator(LeadResource leads) => RuleFor(c => c.Details).Meets(leads);
}

internal sealed class CreateLeadHandler(IRepository<Lead> leads, IRequestContext context, TimeProvider clock) : ICommandHandler<CreateLead, Guid>
{
    public Task<Guid> Handle(CreateLead command, CancellationToken ct)
    {
        var lead = Lead.Capture(Ids.New(clock.GetUtcNow()), command.Details, context.Caller.ActorId);
        leads.Add(lead);
        return Task.FromResult(lead.Id);
    }
}
