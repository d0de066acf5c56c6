using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Deals;

namespace Crm.Application.Deals;

/// <summary>The declaration of deals.</summary>
public sealed class DealResource : Resource<Deal, DealDetails>
{
    /// <summary>SQL of the probability in force: the deal's own, else its stage's.</summary>
    internal const string ProbabilitySql = """
        coalesce(t.probability, (select s.probability from crm_read.pipeline_stages s where s.tenant_id = @TenantId and s.id = t.stage_id))
        """;

    /// <summary>Declares the members.</summary>
    public DealResource() : base("deals", "deal")
    {
        LimitName = "deals";
        OwnerColumn = "owner_id";
        LinkColumn = "deal_id";
        AreIndependent = true;
        KeptBy = [("invoices", "deal_id"), ("orders", "deal_id"), ("offers", "deal_id"), ("recurring_invoices", "deal_id")];
        Text(x => x.Title).Required().Search().Sort().Says("What it is about.", "\"Engine no. 1\"");
        Reference(x => x.PipelineId, "pipelines").NotNull().Says("The way it takes; the default pipeline, when absent.");
        Other(x => x.StageId, FieldKind.Id).NotNull().Says("Where it stands; the pipeline's first OPEN stage, when absent. Another stage is a move.");
        ReadOnly("status", FieldKind.Choice, typeof(DealStatus)).NotNull().Sort().Says("The kind of its stage.", "\"OPEN\"");
        Money(x => x.Value).Sort().Says("What was stated, else the sum of the lines. null hands it back to the lines.", """{"amount": 12500.00, "currency": "EUR"}""");
        Integer(x => x.Probability).Between(0, 100).Reads(ProbabilitySql).Says("How likely it is won; the stage's, unless stated. null follows the stage again.", "25");
        Date(x => x.OpenedOn).NotNull().Says("The day it began; today, when absent.", "\"2026-03-01\"");
        Date(x => x.ExpectedCloseDate).Says("The day it should close.", "\"2026-06-30\"");
        Date(x => x.ActualCloseDate).Says("The day it closed; the day of the move, when absent.");
        Text(x => x.LostReason).Limit(2_000).Search().Says("Why it was lost.");
        Reference(x => x.CustomerId, "customers").Says("Who buys.");
        Reference(x => x.ContactId, "contacts").Says("Who is spoken to.");
        Reference(x => x.CompanyId, "companies").Says("The company behind it.");
        Reference(x => x.LeadId, "leads").Says("The lead it came from.");
        Reference(x => x.OwnerId, "team/members").CallerByDefault().Says("The salesperson; you, when absent.");
        Text(x => x.Notes).Limit(20_000).Search().NoFilter().Says("Free text.", "\"Wants delivery in May\"");
        Other(x => x.LineItems, FieldKind.Embedded).NotNull().NoFilter().Reads(ChildSql.Of<LineItem>("deal", "line_items")).ItemRefers(nameof(LineItem.ProductId), "products")
            .Says("What is sold, replaced whole; one with an id is that line, changed. unitPrice is the product's, when absent.", "[]");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(DealDetails details) => new CreateDeal(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<DealDetails> patch) => new UpdateDeal(id, patch);
}

/// <summary>A deal's own members, as events carry them. <c>probability</c> is the stated one; null follows the stage.</summary>
public sealed record DealState : DealDetails
{
    /// <summary>How it stands.</summary>
    public DealStatus Status { get; init; }
    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}

internal sealed class DealStateProfile : StateProfile<Deal, DealDetails, DealState>;
