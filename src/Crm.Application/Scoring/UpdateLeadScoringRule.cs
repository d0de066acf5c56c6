using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>Changes a rule; all open leads are scored anew in the background. 400 as for a new one, about what is changed.</summary>
[Requires(Permissions.LeadScoringWrite)]
public sealed record UpdateLeadScoringRule(Guid Id, Patch<LeadScoringRuleDetails> Changes) : ChangesRecord<LeadScoringRule, LeadScoringRuleDetails>(Id, Changes);

internal sealed class UpdateLeadScoringRuleHandler(IRepository<LeadScoringRule> rules, LeadScoringRuleChecks checks) : ICommandHandler<UpdateLeadScoringRule, Guid>
{
    public async Task<Guid> Handle(UpdateLeadScoringRule command, CancellationToken ct)
    {
        var rule = await rules.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(rule.Details);
        await checks.CheckAsync(rule.Details, details, ct);
        rule.Revise(details);
        return rule.Id;
    }
}
