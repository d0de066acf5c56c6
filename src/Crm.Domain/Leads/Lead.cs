using Crm.Domain.Assignments;
using Crm.Domain.Common;

namespace Crm.Domain.Leads;

/// <summary>Someone who may become a customer.</summary>
public sealed class Lead : Record<Lead, LeadDetails>
{
    private Lead() { }

    /// <summary>When the lead became a customer; null before.</summary>
    public DateTimeOffset? ConvertedAt { get; private set; }

    /// <summary>The customer it became.</summary>
    public Guid? CustomerId { get; private set; }

    /// <summary>The deal opened at conversion, if one was asked for.</summary>
    public Guid? DealId { get; private set; }

    /// <inheritdoc/>
    public override Guid? OwnerId => Details.OwnerId;

    /// <summary>True while it is nobody's, or its creator's.</summary>
    public bool IsUnclaimed => OwnerId is null || OwnerId == CreatedBy;

    /// <summary>Captures a new lead. Raises <see cref="LeadCreated"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="details">What is stated about it.</param>
    /// <param name="creatorId">Whose it is when <see cref="LeadDetails.UnstatedOwner"/> is given.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, a negative value, or a status that only conversion sets.</exception>
    public static Lead Capture(Guid id, LeadDetails details, Guid? creatorId = null)
    {
        var lead = new Lead { Id = id };
        var isUnstated = details.OwnerId == LeadDetails.UnstatedOwner;
        lead.Begin(isUnstated ? details with { OwnerId = creatorId } : details, new LeadCreated(id, !isUnstated && details.OwnerId is not null));
        return lead;
    }

    /// <summary>Gives the lead to whom a routing rule has found. Raises <see cref="LeadRouted"/>, also when it is his already.</summary>
    /// <exception cref="CrmException">LEAD_ALREADY_CONVERTED.</exception>
    public void Route(Guid ruleId, string ruleName, Guid ownerId, AssignmentStrategy strategy)
    {
        EnsureOpen();
        Set(Details with { OwnerId = ownerId });
        Raise(new LeadRouted(Id, ruleId, ruleName, ownerId, strategy));
    }

    /// <summary>Turns the lead into a customer, once; the lead is read-only from then on. Raises <see cref="LeadConverted"/>.</summary>
    /// <exception cref="CrmException">LEAD_ALREADY_CONVERTED.</exception>
    public void Convert(Guid customerId, Guid? companyId, Guid? contactId, Guid? dealId, DateTimeOffset now)
    {
        EnsureOpen();
        Set(Details with { Status = LeadStatus.Converted });
        (ConvertedAt, CustomerId, DealId) = (now, customerId, dealId);
        Raise(new LeadConverted(Id, customerId, companyId, contactId, dealId));
    }

    /// <summary>Refuses what may not happen to a lead that has become a customer.</summary>
    /// <exception cref="CrmException">LEAD_ALREADY_CONVERTED.</exception>
    public void EnsureOpen()
    {
        if (Details.Status == LeadStatus.Converted) throw LeadErrors.AlreadyConverted(Id);
    }

    /// <inheritdoc/>
    protected override void Guard(LeadDetails? before, LeadDetails after)
    {
        if (before is not null) EnsureOpen();
        if (after.Status == LeadStatus.Converted) throw LeadErrors.ConvertedIsNoChoice();
        Require.Text(after.Name, "name");
        Require.NotNegative(after.Value, "value.amount");
    }
}

/// <summary>A lead was captured.</summary>
/// <param name="OwnerIsStated">False when nobody said whose it is: then it may be routed.</param>
public sealed record LeadCreated(Guid Id, bool OwnerIsStated) : IDomainEvent;

/// <summary>A rule gave the lead to a member.</summary>
public sealed record LeadRouted(Guid LeadId, Guid RuleId, string RuleName, Guid OwnerId, AssignmentStrategy Strategy) : IDomainEvent;

/// <summary>A lead became a customer; the ids say what came of it.</summary>
public sealed record LeadConverted(Guid LeadId, Guid CustomerId, Guid? CompanyId, Guid? ContactId, Guid? DealId) : IDomainEvent;

/// <summary>The ways in which a lead refuses.</summary>
public static class LeadErrors
{
    /// <summary>409: the lead has become a customer and is read-only.</summary>
    public static CrmException AlreadyConverted(Guid leadId) =>
        CrmException.Conflict("LEAD_ALREADY_CONVERTED", $"Lead {leadId} has been converted to a customer and can no longer change.");

    /// <summary>422: the customer a lead is to be converted into is not there, or not for the caller to see.</summary>
    public static CrmException NoCustomer() => CrmException.Unprocessable("customerId", "refers to no customer you can see");

    /// <summary>409: the lead's e-mail is that of a customer already; naming that customer converts the lead into it.</summary>
    public static CrmException EmailTaken(Guid? existingId) =>
        new(ErrorKind.Conflict, "DUPLICATE", "A customer has the lead's e-mail already; customerId converts the lead into it.",
            new Dictionary<string, string[]> { ["email"] = ["is taken by another record"] }) { ExistingId = existingId };

    /// <summary>400: only conversion makes a lead CONVERTED.</summary>
    public static CrmException ConvertedIsNoChoice() =>
        CrmException.Validation("status", "CONVERTED is set by POST /leads/{id}/convert only");
}
