using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Leads;

namespace Crm.Application.Leads;

/// <summary>The declaration of leads.</summary>
public sealed class LeadResource : Resource<Lead, LeadDetails>
{
    /// <summary>Declares the members.</summary>
    public LeadResource() : base("leads", "lead")
    {
        LimitName = "leads";
        OwnerColumn = "owner_id";
        LinkColumn = "lead_id";
        AreIndependent = true;
        Text(x => x.Name).Required().Search().Sort().Says("The person's or organization's name.", "\"Ada Byron\"");
        Email(x => x.Email).Search().Sort().Says("Compared and kept in lower case.", "\"ada.byron@example.com\"");
        Phone(x => x.Phone).Search().Says("As typed; looked up by its digits.", "\"+44 20 7946 0958\"");
        Text(x => x.Company).Search().Sort().Says("The company's name.", "\"Analytical Ltd\"");
        Text(x => x.JobTitle).Search().Says("The job title.", "\"Countess\"");
        Text(x => x.Website).Limit(2_000).Search().Says("The web site.", "\"https://example.com\"");
        Choice(x => x.Status).Says("CONVERTED is set by conversion alone.", "\"NEW\"");
        Choice(x => x.Source).Says("Where the lead came from.", "\"REFERRAL\"");
        Money(x => x.Value).Between(0, null).Sort().Says("What it may be worth.", """{"amount": 12500.50, "currency": "EUR"}""");
        Reference(x => x.OwnerId, "team/members").CallerByDefault(LeadDetails.UnstatedOwner).Says("The salesperson. When absent or null, routing rules choose one; until they have, it is you, or nobody when null.");
        Integer(x => x.Score).Between(0, 100).Sort().Reads("t.shown_score").Says("0–100, higher is hotter. While your organization scores leads by a model or rules, what those compute is shown instead of what is stated.", "70");
        Text(x => x.Notes).Limit(20_000).Search().NoFilter().Says("Free text.", "\"Met at the fair\"");
        ReadOnly("convertedAt", Resources.FieldKind.Instant).Sort();
        ReadOnly("customerId", Resources.FieldKind.Id).Refers("customers");
        ReadOnly("dealId", Resources.FieldKind.Id).Refers("deals");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(LeadDetails details) => new CreateLead(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<LeadDetails> patch) => new UpdateLead(id, patch);
}

/// <summary>A lead's own members, as events carry them.</summary>
public sealed record LeadState : LeadDetails
{
    /// <summary>When it became a customer.</summary>
    public DateTimeOffset? ConvertedAt { get; init; }
    /// <summary>The customer it became.</summary>
    public Guid? CustomerId { get; init; }
    /// <summary>The deal opened at conversion.</summary>
    public Guid? DealId { get; init; }
}

internal sealed class LeadStateProfile : StateProfile<Lead, LeadDetails, LeadState>;
