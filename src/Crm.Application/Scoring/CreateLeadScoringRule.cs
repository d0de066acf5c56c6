using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Scoring;
using FluentValidation;

namespace Crm.Application.Scoring;

/// <summary>Makes a rule that gives leads points; all open leads are scored anew in the background. 400 names by its path what the condition cannot ask of a lead.</summary>
[Requires(Permissions.LeadScoringWrite)]
public sealed record CreateLeadScoringRule(LeadScoringRuleDetails Details) : ICommand<Guid>;

internal sealed class CreateLeadScoringRuleValidator : AbstractValidator<CreateLeadScoringRule>
{
    public CreateLeadScoringRuleValidator(LeadScoringRuleResource rules) => RuleFor(c => c.Details).Meets(rules);
}

internal sealed class CreateLeadScoringRuleHandler(IRepository<LeadScoringRule> rules, LeadScoringRuleChecks checks, TimeProvider clock) : ICommandHandler<CreateLeadScoringRule, Guid>
{
    public async Task<Guid> Handle(CreateLeadScoringRule command, CancellationToken ct)
    {
        await checks.CheckAsync(null, command.Details, ct);
        var rule = LeadScoringRule.Define(Ids.New(clock.GetUtcNow()), command.Details);
        rules.Add(rule);
        return rule.Id;
    }
}
