using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>An allowance (what is taken off) or a charge (what is added), of one line: a percentage or an amount.</summary>
public record LineAdjustment
{
    /// <summary>True for a charge, false for an allowance.</summary>
    public bool IsCharge { get; init; }
    /// <summary>Percent of quantity × price, 0–100 with at most 4 decimals; instead of an amount.</summary>
    public decimal? Percent { get; init => field = value is { } stated ? Plain.Of(stated) : null; }
    /// <summary>An amount from 0 in the document's currency; instead of a percentage.</summary>
    public Money? Amount { get; init; }
    /// <summary>What it is for, at most 300 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>An allowance or a charge of the whole document. Without a tax of its own it falls into every rate on the document.</summary>
public sealed record DocumentAdjustment : LineAdjustment
{
    /// <summary>The category of EN 16931 that it is taxed in.</summary>
    public TaxCategory? TaxCategory { get; init; }
    /// <summary>The rate in percent, 0–100 with at most 4 decimals; 0 unless stated.</summary>
    public decimal? TaxPercent { get; init => field = value is { } stated ? Plain.Of(stated) : null; }
    /// <summary>Why no tax is charged, 1–500 characters; in the categories that need a reason.</summary>
    public string? TaxReason { get; init; }
}

/// <summary>
/// One line of an offer, order or invoice (EN 16931, BG-25). What is left open is found when the line joins the document: name and unit by the product, the price by
/// the price books, the tax by the product's tax code.
/// </summary>
public sealed record DocumentItem : ChildItem
{
    /// <summary>What is sold, when it is a product.</summary>
    public Guid? ProductId { get; init; }
    /// <summary>What it is called on the document (BT-153), 1–300 characters; the product's name unless stated.</summary>
    public string? Name { get; init; }
    /// <summary>More about it (BT-154), at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>How many or how much (BT-129): above 0, below 10^9, at most 6 decimals; 1 unless stated. Below 0 in credit notes only.</summary>
    public decimal Quantity { get; init => field = Plain.Of(value); } = 1;
    /// <summary>What it is counted in (BT-130), a code of UN/ECE Recommendation 20; the product's unit, else one, unless stated.</summary>
    public string? Unit { get; init; }
    /// <summary>The price without tax (BT-146) of <see cref="PriceQuantity"/>, from 0; found by the price books unless stated.</summary>
    public Money? UnitPrice { get; init; }
    /// <summary>For how many the price is (BT-149): above 0, below 10^9, at most 6 decimals; 1 unless stated, or what makes a finer price exact.</summary>
    public decimal PriceQuantity { get; init => field = Plain.Of(value); } = 1;
    /// <summary>What is taken off and added (BG-27, BG-28), at most 20.</summary>
    public ValueList<LineAdjustment> Adjustments { get; init; } = [];
    /// <summary>The category of EN 16931; found by the product's tax code unless stated.</summary>
    public TaxCategory? TaxCategory { get; init; }
    /// <summary>The rate in percent, 0–100 with at most 4 decimals.</summary>
    public decimal? TaxPercent { get; init => field = value is { } stated ? Plain.Of(stated) : null; }
    /// <summary>Why no tax is charged, 1–500 characters; in the categories that need a reason.</summary>
    public string? TaxReason { get; init; }
    /// <summary>The line of the document that this one was made from; set by the service.</summary>
    public Guid? SourceItemId { get; init; }
    /// <summary>Without tax (BT-131): quantity × price − allowances + charges, rounded once; set by the service.</summary>
    public Money? Net { get; init; }
}

/// <summary>The tax of one category and rate on a document (EN 16931, BG-23).</summary>
/// <param name="Category">The category.</param>
/// <param name="Percent">The rate in percent.</param>
/// <param name="Taxable">What is taxed (BT-116).</param>
/// <param name="Tax">The tax on it (BT-117).</param>
/// <param name="Reason">Why no tax is charged, when none is.</param>
public sealed record DocumentTax(TaxCategory Category, decimal Percent, Money Taxable, Money Tax, string? Reason);
