using Crm.Domain.Commerce;
using Crm.Domain.Common;
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Domain.Tests.Commerce;

/// <summary>The arithmetic of offers, orders and invoices (EN 16931).</summary>
public sealed class DocumentTotalsTests
{
    private static readonly Tax Full = Tax.Of(TaxCategory.Standard, 20), Reduced = Tax.Of(TaxCategory.Standard, 9), Zero = Tax.Of(TaxCategory.ZeroRated, 0);
    private static readonly Tax Reversed = Tax.Of(TaxCategory.ReverseCharge, 0, "Reverse charge, article 196 of Directive 2006/112/EC");

    [Fact]
    public void A_line_is_rounded_once_and_the_tax_is_on_the_sum()
    {
        // Three times 0.335 are 1.005 → 1.01; the tax on 1.01 + 0.10, not on each.
        var totals = DocumentTotals.Of("EUR", [DocumentLine.Of(3, 0.335m, Full), DocumentLine.Of(1, 0.10m, Full)]);
        totals.Lines.Select(l => l.Net).ShouldBe([1.01m, 0.10m]);
        totals.Taxes.ShouldHaveSingleItem().ShouldBe(new TaxTotals(Full, 1.11m, 0.22m));
        (totals.TaxExclusive, totals.TaxInclusive, totals.Payable).ShouldBe((1.11m, 1.33m, 1.33m));
    }

    [Theory]
    [InlineData("EUR", "2", "1273", "100", "25.46")]
    [InlineData("EUR", "16000", "0.0088", "1", "140.80")]
    [InlineData("EUR", "132", "15.24", "12", "167.64")]
    [InlineData("JPY", "3", "0.5", "1", "2")]
    [InlineData("KWD", "3", "0.3335", "1", "1.001")]
    [InlineData("EUR", "-3", "0.335", "1", "-1.01")]
    public void Prices_may_be_finer_than_money_and_by_the_hundred(string currency, string quantity, string price, string by, string net) =>
        DocumentTotals.Of(currency, [DocumentLine.Of(D(quantity), D(price), Full, D(by))]).LineNet.ShouldBe(D(net));

    [Fact]
    public void Allowances_and_charges_of_a_line_are_of_its_gross()
    {
        var line = DocumentLine.Of(10, 9.99m, Full, adjustments: [Adjustment.OfPercent(12.5m), Adjustment.OfAmount(3, isCharge: true, "Packing")]);
        DocumentTotals.Of("EUR", [line]).Lines[0].ShouldBe(new LineTotals(99.90m, 12.49m, 3.00m, 90.41m));
    }

    [Fact]
    public void A_discount_of_the_document_falls_into_each_rate()
    {
        var lines = new[] { DocumentLine.Of(1, 100, Full), DocumentLine.Of(1, 50, Reduced), DocumentLine.Of(1, 30, Zero) };
        var percent = DocumentTotals.Of("EUR", lines, [Adjustment.OfPercent(10)]);
        percent.Taxes.Select(t => (t.Taxable, t.Amount)).ShouldBe([(90m, 18m), (45m, 4.05m), (27m, 0m)]);
        var amount = DocumentTotals.Of("EUR", lines, [Adjustment.OfAmount(10)]);
        amount.Adjustments.Select(a => a.Amount).ShouldBe([5.55m, 2.78m, 1.67m], "the shares add up to the whole");
        (amount.Allowances, amount.TaxExclusive).ShouldBe((10m, 170m));
        DocumentTotals.Of("EUR", lines, [Adjustment.OfAmount(10, tax: Full)]).Taxes[0].Taxable.ShouldBe(90m);
    }

    [Fact]
    public void Reverse_charge_says_why_and_taxes_nothing()
    {
        var totals = DocumentTotals.Of("EUR", [DocumentLine.Of(1, 100, Reversed), DocumentLine.Of(1, 100, Full)], prepaid: 50, payableRounding: 0.03m);
        totals.Taxes.Select(t => (t.Tax.Category, t.Tax.Reason, t.Amount)).ShouldBe([(TaxCategory.ReverseCharge, Reversed.Reason, 0m), (TaxCategory.Standard, null, 20m)]);
        totals.Payable.ShouldBe(170.03m);
    }

    [Fact]
    public void What_is_outside_the_scope_of_VAT_stands_alone() => Refused("lines",
        () => DocumentTotals.Of("EUR", [DocumentLine.Of(1, 1, Tax.Of(TaxCategory.OutsideScope, 0, "Not subject to VAT")), DocumentLine.Of(1, 1, Full)]));

    [Fact]
    public void What_cannot_be_an_amount_is_refused()
    {
        Refused("quantity", () => DocumentLine.Of(0, 1, Full));
        Refused("quantity", () => DocumentLine.Of(1_000_000_000m, 1, Full));
        Refused("quantity", () => DocumentLine.Of(0.0000001m, 1, Full));
        Refused("unitPrice", () => DocumentLine.Of(1, -0.01m, Full));
        Refused("unitPrice", () => DocumentLine.Of(1, 0.0000001m, Full));
        Refused("priceQuantity", () => DocumentLine.Of(1, 1, Full, 0));
        Refused("percent", () => Adjustment.OfPercent(100.01m));
        Refused("percent", () => Adjustment.OfPercent(0.00001m));
        Refused("amount", () => Adjustment.OfAmount(-1));
        Refused("amount", () => DocumentTotals.Of("EUR", [DocumentLine.Of(1, 1, Full)], [Adjustment.OfAmount(0.001m)]));
        Refused("amount", () => DocumentTotals.Of("JPY", [DocumentLine.Of(1, 1, Full)], prepaid: 0.5m));
        Refused("amount", () => DocumentTotals.Of("EUR", [DocumentLine.Of(999_999_999m, 9_999_999_999_999m, Full)]));
        Refused("currency", () => DocumentTotals.Of("XXX", [DocumentLine.Of(1, 1, Full)]));
    }

    [Fact]
    public void Rates_are_those_of_their_category()
    {
        Refused("percent", () => Tax.Of(TaxCategory.Standard, 0));
        Refused("percent", () => Tax.Of(TaxCategory.Exempt, 1, "Healthcare"));
        Refused("percent", () => Tax.Of(TaxCategory.Standard, 100.1m));
        Refused("reason", () => Tax.Of(TaxCategory.ReverseCharge, 0));
        Refused("reason", () => Tax.Of(TaxCategory.Standard, 20, "Why not"));
        Refused("lines[0].tax.percent", () => Tax.Of(TaxCategory.Standard, -1, member: "lines[0].tax"));
        Enum.GetValues<TaxCategory>().Select(c => c.Code()).ShouldBe(["S", "Z", "E", "AE", "K", "G", "O", "L", "M"]);
    }

    [Fact]
    public void Totals_are_the_sums_of_their_parts_whatever_is_on_the_document() => Holds(Documents, d =>
    {
        var t = DocumentTotals.Of(d.Currency, d.Lines, d.Adjustments);
        t.LineNet.ShouldBe(t.Lines.Sum(l => l.Net));
        t.TaxExclusive.ShouldBe(t.Taxes.Sum(x => x.Taxable));
        t.Tax.ShouldBe(t.Taxes.Sum(x => x.Amount));
        (t.TaxInclusive, t.Payable).ShouldBe((t.TaxExclusive + t.Tax, t.TaxInclusive));
        t.TaxExclusive.ShouldBe(t.LineNet - t.Adjustments.Sum(a => a.Adjustment.IsCharge ? -a.Amount : a.Amount));
        foreach (var part in t.Adjustments.Where(a => a.Adjustment.Amount is not null).GroupBy(a => a.Adjustment, ReferenceEqualityComparer.Instance))
            part.Sum(a => a.Amount).ShouldBe(((Adjustment)part.Key!).Amount!.Value);
        foreach (var amount in t.Lines.Select(l => l.Net).Concat(t.Taxes.SelectMany(x => new[] { x.Taxable, x.Amount })).Concat(t.Adjustments.Select(a => a.Amount)))
            decimal.Round(amount, Currency.Find(d.Currency)!.Digits).ShouldBe(amount);
    });

    [Fact]
    public void What_goes_back_takes_exactly_what_was_counted() => Holds(Documents, d =>
    {
        DocumentLine[] there = [.. d.Lines.Select(l => DocumentLine.Of(l.Quantity, l.UnitPrice, l.Tax))], back = [.. there.Select(l => DocumentLine.Of(-l.Quantity, l.UnitPrice, l.Tax))];
        (DocumentTotals.Of(d.Currency, there).Payable + DocumentTotals.Of(d.Currency, back).Payable).ShouldBe(0);
    });

    [Fact]
    public void Shares_add_up_and_lie_next_to_the_exact_ones() => Holds(
        from total in Gen.Choose(-1_000_000, 1_000_000) from weights in Gen.NonEmptyListOf(Gen.Choose(0, 100_000)) select (Total: total / 100m, Weights: weights.Select(w => (decimal)w).ToArray()), s =>
        {
            var shares = Rounding.Spread(s.Total, s.Weights, "EUR");
            (shares.Count, shares.Sum()).ShouldBe((s.Weights.Length, s.Total));
            if (s.Weights.Sum() == 0) return;
            foreach (var (share, weight) in shares.Zip(s.Weights)) Math.Abs(share - s.Total * weight / s.Weights.Sum()).ShouldBeLessThanOrEqualTo(0.01m);
        });

    private sealed record Document(string Currency, DocumentLine[] Lines, Adjustment[] Adjustments);

    private static Gen<Document> Documents =>
        from currency in Gen.Elements("EUR", "JPY", "KWD", "USD")
        let unit = currency switch { "JPY" => 1m, "KWD" => 0.001m, _ => 0.01m }
        from lines in Gen.NonEmptyListOf(
            from quantity in Gen.Choose(1, 100_000) from price in Gen.Choose(0, 10_000_000) from tax in Gen.Elements(Full, Reduced, Zero, Reversed)
            from adjustments in Gen.ListOf(Changes(unit), 2) select DocumentLine.Of(quantity / 100m, price / 1000m, tax, adjustments: [.. adjustments]))
        from adjustments in Gen.ListOf(Changes(unit), 2)
        select new Document(currency, [.. lines], [.. adjustments]);

    private static Gen<Adjustment> Changes(decimal unit) =>
        from number in Gen.Choose(0, 10_000) from isPercent in Gen.Elements(true, false) from isCharge in Gen.Elements(true, false)
        select isPercent ? Adjustment.OfPercent(number / 100m, isCharge) : Adjustment.OfAmount(number * unit, isCharge);

    private static void Holds<T>(Gen<T> cases, Action<T> property) => Prop.ForAll(cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static decimal D(string number) => decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);

    private static void Refused(string member, Action act) => Should.Throw<CrmException>(act).Errors!.Keys.ShouldContain(member);
}
