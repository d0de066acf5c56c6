using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Invoices;

/// <summary>A line to be taken back.</summary>
/// <param name="LineItemId">The invoice's line.</param>
/// <param name="Quantity">How much of it: above 0; all that is left, when absent.</param>
public sealed record CreditLine(Guid LineItemId, decimal? Quantity = null);

/// <summary>What earlier credit notes have taken back of an invoice.</summary>
/// <param name="Quantities">By the invoice's lines, above 0.</param>
/// <param name="LineTotal">The sum of their lines' nets, without its sign.</param>
/// <param name="Taxes">What was taxed, and the tax, by category and rate, likewise.</param>
public sealed record CreditedSoFar(IReadOnlyDictionary<Guid, decimal> Quantities, decimal LineTotal, IReadOnlyDictionary<(TaxCategory Category, decimal Percent), (decimal Taxable, decimal Tax)> Taxes)
{
    /// <summary>Nothing yet.</summary>
    public static CreditedSoFar Nothing { get; } = new(new Dictionary<Guid, decimal>(), 0, new Dictionary<(TaxCategory, decimal), (decimal, decimal)>());

    /// <summary>The same and what another credit note takes back.</summary>
    public CreditedSoFar With(Invoice note)
    {
        var (quantities, taxes) = (Quantities.ToDictionary(), Taxes.ToDictionary());
        foreach (var line in note.Details.LineItems) quantities[line.SourceItemId!.Value] = quantities.GetValueOrDefault(line.SourceItemId.Value) - line.Quantity;
        foreach (var tax in note.Taxes)
        {
            var (taxable, amount) = taxes.GetValueOrDefault((tax.Category, tax.Percent));
            taxes[(tax.Category, tax.Percent)] = (taxable - tax.Taxable.Amount, amount - tax.Tax.Amount);
        }
        return new CreditedSoFar(quantities, LineTotal - note.LineTotal.Amount, taxes);
    }
}

/// <summary>
/// The opposite of an invoice, or of a part of it. Quantities are negative, percentages stay what they are, amounts change sides: an allowance of 5 becomes a charge of 5. So every sum of a document that
/// is taken back whole is exactly the opposite. Amounts fall into parts by what was taken back so far, so that the parts add up to the whole; what percentages, prices and taxes of the parts have
/// rounded is made up for by the last one.
/// </summary>
public static class CreditNotes
{
    // Of UNTDID 5189 and 7161 no code says it.
    private const string Rounded = "Rounding";

    /// <summary>A credit note's line as the documents of others show it: what is taken back, above zero.</summary>
    public static DocumentItem Shown(DocumentItem line) => line with
    {
        Quantity = -line.Quantity, Net = Money.Of(-line.Net!.Amount, line.Net.Currency), Adjustments = ValueList.Of(line.Adjustments.Select(a => a.Amount is null ? a : Turned(a, a.Amount.Amount))),
    };

    /// <summary>A credit note's adjustment, likewise.</summary>
    public static DocumentAdjustment Shown(DocumentAdjustment adjustment) => adjustment.Amount is null ? adjustment : Turned(adjustment, adjustment.Amount.Amount);

    /// <summary>The details of the credit note, and the tax of rates where it does not follow from them: null unless it is the last one.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path; INVALID_STATE: nothing is left.</exception>
    internal static (InvoiceDetails Details, IReadOnlyDictionary<(TaxCategory Category, decimal Percent), decimal>? Taxes) Of(Invoice invoice, IReadOnlyList<CreditLine>? asked, CreditedSoFar before, string? notes, DateTimeOffset now)
    {
        var (details, currency) = (invoice.Details, invoice.Details.Currency!);
        var left = details.LineItems.ToDictionary(l => l.Id!.Value, l => l.Quantity - before.Quantities.GetValueOrDefault(l.Id!.Value));
        if (left.Values.All(q => q <= 0)) throw InvoiceErrors.Credited();
        var taken = Taken(asked, left);
        var lines = details.LineItems.Where(l => taken.ContainsKey(l.Id!.Value)).Select(l => Opposite(l, before.Quantities.GetValueOrDefault(l.Id!.Value), taken[l.Id!.Value], currency, now)).ToList();
        var isLast = left.All(l => l.Value <= 0 || taken.GetValueOrDefault(l.Key) == l.Value);
        var after = before.LineTotal - lines.Sum(l => l.Net!.Amount);
        var note = new InvoiceDetails
        {
            CustomerId = details.CustomerId, ContactId = details.ContactId, DealId = details.DealId, OwnerId = details.OwnerId, Currency = details.Currency, Language = details.Language,
            BuyerReference = details.BuyerReference, Series = details.Series, DeliveryDate = details.DeliveryDate, Notes = notes, LineItems = ValueList.Of(lines),
            Adjustments = ValueList.Of(details.Adjustments.Select(a => a.Amount is null ? a : Turned(a, Part(a.Amount.Amount, invoice.LineTotal.Amount, before.LineTotal, isLast ? null : after, currency))).Where(a => a.Amount is not { Amount: 0 })),
        };
        return isLast ? Last(invoice, before, note) : (note, null);
    }

    /// <summary>The last one takes back what is left to the cent. Where its own sums come to something else, earlier ones have rounded: the difference is an adjustment in its rate, and the tax is what is left of it.</summary>
    private static (InvoiceDetails, IReadOnlyDictionary<(TaxCategory, decimal), decimal>) Last(Invoice invoice, CreditedSoFar before, InvoiceDetails note)
    {
        var own = DocumentSettlement.Totals(note).Taxes.ToDictionary(t => (t.Tax.Category, t.Tax.Percent), t => t.Taxable);
        var (roundings, taxes) = (new List<DocumentAdjustment>(), new Dictionary<(TaxCategory, decimal), decimal>());
        foreach (var tax in invoice.Taxes)
        {
            var (taxable, amount) = before.Taxes.GetValueOrDefault((tax.Category, tax.Percent));
            var missing = taxable - tax.Taxable.Amount - own.GetValueOrDefault((tax.Category, tax.Percent));
            if (missing != 0)
                roundings.Add(new DocumentAdjustment
                {
                    IsCharge = missing > 0, Amount = Money.Of(Math.Abs(missing), tax.Taxable.Currency), Reason = Rounded, TaxCategory = tax.Category, TaxPercent = tax.Percent, TaxReason = tax.Reason,
                });
            taxes[(tax.Category, tax.Percent)] = amount - tax.Tax.Amount;
        }
        return (note with { Adjustments = ValueList.Of(note.Adjustments.Concat(roundings)) }, taxes);
    }

    private static Dictionary<Guid, decimal> Taken(IReadOnlyList<CreditLine>? asked, Dictionary<Guid, decimal> left)
    {
        if (asked is null) return left.Where(l => l.Value > 0).ToDictionary();
        var (taken, errors) = (new Dictionary<Guid, decimal>(), new Dictionary<string, string[]>());
        for (var i = 0; i < asked.Count; i++)
        {
            var (line, quantity) = asked[i];
            if (!left.TryGetValue(line, out var most)) errors[$"lines[{i}].lineItemId"] = ["is none of the invoice's"];
            else if (most <= 0) errors[$"lines[{i}].lineItemId"] = ["is credited in full"];
            else if (quantity > most) errors[$"lines[{i}].quantity"] = [$"must be at most {Plain.Of(most)}, which is left of the line"];
            else if (!taken.TryAdd(line, quantity ?? most)) errors[$"lines[{i}].lineItemId"] = ["is given more than once"];
        }
        return errors.Count == 0 ? taken : throw InvoiceErrors.Uncreditable(errors);
    }

    private static DocumentItem Opposite(DocumentItem line, decimal before, decimal quantity, string currency, DateTimeOffset now)
    {
        var credit = line with
        {
            Id = Ids.New(now), SourceItemId = line.Id, Quantity = -quantity,
            Adjustments = ValueList.Of(line.Adjustments
                .Select(a => a.Amount is null ? a : Turned(a, Part(a.Amount.Amount, line.Quantity, before, before + quantity == line.Quantity ? null : before + quantity, currency))).Where(a => a.Amount is not { Amount: 0 })),
        };
        return credit with { Net = Money.Of(LineTotals.Of(DocumentSettlement.Counted(credit), currency).Net, currency) };
    }

    /// <summary>The part of an amount that falls to what lies between <paramref name="before"/> and <paramref name="after"/> of the whole; the rest of it, when there is no after.</summary>
    private static decimal Part(decimal amount, decimal whole, decimal before, decimal? after, string currency)
    {
        return UpTo(after) - UpTo(before);

        decimal UpTo(decimal? place) => place is not { } share ? amount : whole == 0 ? 0 : Rounding.ToMinorUnit(amount * (share / whole), currency);
    }

    private static TAdjustment Turned<TAdjustment>(TAdjustment adjustment, decimal part) where TAdjustment : LineAdjustment =>
        adjustment with { IsCharge = adjustment.IsCharge != part >= 0, Amount = Money.Of(Math.Abs(part), adjustment.Amount!.Currency) };
}
