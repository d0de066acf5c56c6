using Crm.Domain.Common;

namespace Crm.Domain.Deals;

/// <summary>How a deal stands; its stage's kind decides.</summary>
public enum DealStatus
{
    /// <summary>It is being worked on.</summary>
    Open,
    /// <summary>It is closed and won.</summary>
    Won,
    /// <summary>It is closed and lost.</summary>
    Lost,
}

/// <summary>One line of a deal.</summary>
public sealed record LineItem : ChildItem
{
    /// <summary>What is sold.</summary>
    public required Guid ProductId { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>How many: above 0, at most a thousand million, at most 4 decimals; 1 unless stated.</summary>
    public decimal Quantity { get; init => field = Plain.Of(value); } = 1;
    /// <summary>What one costs, from 0; the product's price when the line joins the deal without one.</summary>
    public Money? UnitPrice { get; init; }
}

/// <summary>What users state about a deal (product.md §4). What they leave open is filled in: the stage, the value, the dates.</summary>
public record DealDetails : RecordDetails
{
    /// <summary>What it is about, 1–300 characters.</summary>
    public required string Title { get; init; }
    /// <summary>The way it takes; the default pipeline unless stated.</summary>
    public Guid? PipelineId { get; init; }
    /// <summary>Where it stands; the pipeline's first OPEN stage unless stated.</summary>
    public Guid? StageId { get; init; }
    /// <summary>What it is worth: as stated, else the sum of the lines, else unknown.</summary>
    public Money? Value { get; init; }
    /// <summary>How likely it is won, 0–100; null = as likely as its stage says.</summary>
    public int? Probability { get; init; }
    /// <summary>The day it began; the day it was entered unless stated. Its age and its cycle count from here.</summary>
    public DateOnly? OpenedOn { get; init; }
    /// <summary>The day it should close.</summary>
    public DateOnly? ExpectedCloseDate { get; init; }
    /// <summary>The day it closed; the day of the move unless stated.</summary>
    public DateOnly? ActualCloseDate { get; init; }
    /// <summary>Why it was lost, at most 2,000 characters.</summary>
    public string? LostReason { get; init; }
    /// <summary>Who buys.</summary>
    public Guid? CustomerId { get; init; }
    /// <summary>Who is spoken to.</summary>
    public Guid? ContactId { get; init; }
    /// <summary>The company behind it.</summary>
    public Guid? CompanyId { get; init; }
    /// <summary>The lead it came from.</summary>
    public Guid? LeadId { get; init; }
    /// <summary>The salesperson.</summary>
    public Guid? OwnerId { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Notes { get; init; }
    /// <summary>What is sold.</summary>
    public ValueList<LineItem> LineItems { get; init; } = [];
}
