using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>What a line comes to.</summary>
/// <param name="Gross">Quantity × price, rounded to the minor unit.</param>
/// <param name="Allowances">What was taken off, from 0.</param>
/// <param name="Charges">What was added, from 0.</param>
/// <param name="Net">Without tax (BT-131): quantity × price − allowances + charges, rounded once.</param>
public sealed record LineTotals(decimal Gross, decimal Allowances, decimal Charges, decimal Net)
{
    /// <summary>What a line comes to in a currency.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>amount</c>: it leaves the range of money.</exception>
    public static LineTotals Of(DocumentLine line, string currency)
    {
        // The quotient last, because it may not end; the product is below 10^22, which a decimal holds.
        var exact = line.Quantity * line.UnitPrice / line.PriceQuantity;
        var gross = Rounding.ToMinorUnit(exact, currency);
        var (allowances, charges) = (Sum(isCharge: false), Sum(isCharge: true));
        return new LineTotals(gross, allowances, charges, Money.Of(Rounding.ToMinorUnit(exact - allowances + charges, currency), currency).Amount);

        decimal Sum(bool isCharge) => line.Adjustments.Where(adjustment => adjustment.IsCharge == isCharge).Sum(adjustment => adjustment.Of(gross, currency));
    }
}

/// <summary>An allowance or a charge of the document within one rate.</summary>
/// <param name="Adjustment">What it is a part of.</param>
/// <param name="Tax">The rate it counts in.</param>
/// <param name="Amount">What it comes to there; it has the sign of what it was spread over.</param>
public sealed record AdjustmentTotals(Adjustment Adjustment, Tax Tax, decimal Amount);

/// <summary>The tax of one category and rate (EN 16931, BG-23).</summary>
/// <param name="Tax">The category and rate, with the reasons of all that stand in it.</param>
/// <param name="Taxable">What is taxed: the lines less allowances plus charges of this rate (BT-116).</param>
/// <param name="Amount">The tax on the sum, rounded once (BT-117).</param>
public sealed record TaxTotals(Tax Tax, decimal Taxable, decimal Amount);

/// <summary>
/// The sums of an offer, an order or an invoice after EN 16931: each line rounded by itself, tax per category and rate on the sum (BR-CO-17), everything else added up from
/// these, so that the totals are the sums of their parts to the last digit. All amounts are in one currency, with its decimals.
/// </summary>
public sealed record DocumentTotals
{
    private DocumentTotals() { }

    /// <summary>The currency of every amount (ISO 4217).</summary>
    public required string Currency { get; init; }
    /// <summary>Each line's, in their order.</summary>
    public required IReadOnlyList<LineTotals> Lines { get; init; }
    /// <summary>The allowances and charges of the document, one for each rate they fall into.</summary>
    public required IReadOnlyList<AdjustmentTotals> Adjustments { get; init; }
    /// <summary>The tax per category and rate, in the order in which they first appear.</summary>
    public required IReadOnlyList<TaxTotals> Taxes { get; init; }
    /// <summary>Sum of the lines' nets (BT-106).</summary>
    public decimal LineNet { get; private init; }
    /// <summary>Sum of the document's allowances (BT-107).</summary>
    public decimal Allowances { get; private init; }
    /// <summary>Sum of the document's charges (BT-108).</summary>
    public decimal Charges { get; private init; }
    /// <summary>Without tax (BT-109) = lines − allowances + charges.</summary>
    public decimal TaxExclusive { get; private init; }
    /// <summary>The tax (BT-110) = sum of the rates'.</summary>
    public decimal Tax { get; private init; }
    /// <summary>With tax (BT-112).</summary>
    public decimal TaxInclusive { get; private init; }
    /// <summary>What was paid before (BT-113).</summary>
    public decimal Prepaid { get; private init; }
    /// <summary>What is added to make the payable amount round (BT-114).</summary>
    public decimal PayableRounding { get; private init; }
    /// <summary>What is to be paid (BT-115) = with tax − prepaid + rounding.</summary>
    public decimal Payable { get; private init; }

    /// <summary>The sums.</summary>
    /// <exception cref="CrmException">
    /// VALIDATION_FAILED on <c>currency</c>, on an amount that has more decimals than it or makes a sum leave the range of money (<c>amount</c>), or on <c>lines</c> when what is
    /// outside the scope of VAT stands beside what is not (BR-O-11 to BR-O-14).
    /// </exception>
    public static DocumentTotals Of(string currency, IReadOnlyList<DocumentLine> lines, IReadOnlyList<Adjustment>? adjustments = null, decimal prepaid = 0, decimal payableRounding = 0)
    {
        var digits = Rounding.Digits(currency);
        foreach (var amount in lines.SelectMany(l => l.Adjustments).Concat(adjustments ?? []).Select(a => a.Amount ?? 0).Append(prepaid).Append(payableRounding))
            if (decimal.Round(amount, digits) != amount) throw CrmException.Validation("amount", $"must have at most {digits} decimals in {currency}");
        var nets = lines.Select(line => LineTotals.Of(line, currency)).ToArray();
        var parts = (adjustments ?? []).SelectMany(adjustment => Parts(adjustment, lines, nets, currency)).ToArray();
        var taxes = Taxed(lines, nets, parts, currency);
        var (lineNet, allowances, charges, tax) = (nets.Sum(l => l.Net), parts.Where(p => !p.Adjustment.IsCharge).Sum(p => p.Amount), parts.Where(p => p.Adjustment.IsCharge).Sum(p => p.Amount), taxes.Sum(t => t.Amount));
        var exclusive = lineNet - allowances + charges;
        return new DocumentTotals
        {
            Currency = currency, Lines = nets, Adjustments = parts, Taxes = taxes, LineNet = lineNet, Allowances = allowances, Charges = charges, TaxExclusive = exclusive, Tax = tax,
            TaxInclusive = InRange(exclusive + tax), Prepaid = InRange(prepaid), PayableRounding = InRange(payableRounding), Payable = InRange(exclusive + tax - prepaid + payableRounding),
        };

        decimal InRange(decimal amount) => Money.Of(amount, currency).Amount;
    }

    /// <summary>The sums of lines and adjustments as documents keep them.</summary>
    /// <exception cref="CrmException">As of the other.</exception>
    public static DocumentTotals Of(string currency, IEnumerable<DocumentItem> lines, IEnumerable<DocumentAdjustment> adjustments, decimal prepaid = 0) =>
        Of(currency, [.. lines.Select(DocumentSettlement.Counted)], [.. adjustments.Select(DocumentSettlement.Counted)], prepaid);

    /// <summary>The same sums, the tax of some rates being as it is stated: what is left of another document's has in it what others have rounded (BR-CO-17 leaves room for that).</summary>
    /// <param name="stated">The tax by category and rate; that of others stays.</param>
    public DocumentTotals Stating(IReadOnlyDictionary<(TaxCategory Category, decimal Percent), decimal> stated)
    {
        var taxes = Taxes.Select(t => stated.TryGetValue((t.Tax.Category, t.Tax.Percent), out var amount) ? t with { Amount = amount } : t)
            .Concat(stated.Where(s => s.Value != 0 && Taxes.All(t => (t.Tax.Category, t.Tax.Percent) != s.Key)).Select(s => new TaxTotals(Commerce.Tax.Of(s.Key.Category, s.Key.Percent, null), 0, s.Value))).ToArray();
        var tax = taxes.Sum(t => t.Amount);
        return this with { Taxes = taxes, Tax = tax, TaxInclusive = TaxExclusive + tax, Payable = TaxExclusive + tax - Prepaid + PayableRounding };
    }

    private static IEnumerable<AdjustmentTotals> Parts(Adjustment adjustment, IReadOnlyList<DocumentLine> lines, LineTotals[] nets, string currency)
    {
        var rates = lines.Zip(nets).GroupBy(l => (l.First.Tax.Category, l.First.Tax.Percent), l => (l.First.Tax, l.Second.Net)).Select(g => (g.First().Tax, Net: g.Sum(l => l.Net))).ToArray();
        if (adjustment.Tax is { } tax) return [new AdjustmentTotals(adjustment, tax, adjustment.Of(rates.Sum(rate => rate.Net), currency))];
        var shares = adjustment.Percent is not null
            ? [.. rates.Select(rate => adjustment.Of(rate.Net, currency))]
            : Rounding.Spread(adjustment.Amount!.Value, [.. rates.Select(rate => rate.Net)], currency);
        return rates.Zip(shares, (rate, share) => new AdjustmentTotals(adjustment, rate.Tax, share)).Where(part => part.Amount != 0 || rates.Length == 1);
    }

    private static TaxTotals[] Taxed(IReadOnlyList<DocumentLine> lines, LineTotals[] nets, AdjustmentTotals[] parts, string currency)
    {
        var rates = lines.Zip(nets, (line, net) => (line.Tax, net.Net)).Concat(parts.Select(part => (part.Tax, Net: part.Adjustment.IsCharge ? part.Amount : -part.Amount)))
            .GroupBy(part => (part.Tax.Category, part.Tax.Percent)).ToArray();
        if (rates.Length > 1 && rates.Any(rate => rate.Key.Category == TaxCategory.OutsideScope)) throw CrmException.Validation("lines", "must all be outside the scope of VAT, or none");
        return [.. rates.Select(rate =>
        {
            var taxable = rate.Sum(part => part.Net);
            var reasons = string.Join("; ", rate.Select(part => part.Tax.Reason).OfType<string>().Distinct());
            return new TaxTotals(Commerce.Tax.Of(rate.Key.Category, rate.Key.Percent, reasons.Length == 0 ? null : reasons[..Math.Min(reasons.Length, 500)]), taxable, Rounding.ToMinorUnit(taxable * rate.Key.Percent / 100, currency));
        })];
    }
}
