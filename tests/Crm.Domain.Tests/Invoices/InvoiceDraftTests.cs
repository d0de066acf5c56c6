using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using static Crm.Domain.Tests.Invoices.InvoiceExamples;

namespace Crm.Domain.Tests.Invoices;

/// <summary>What every offer, order and invoice does with its lines, tried on the draft of an invoice.</summary>
public sealed class InvoiceDraftTests
{
    [Fact]
    public void What_is_left_open_is_found()
    {
        var draft = Draft(Details(new DocumentItem { ProductId = Engine, Quantity = 3 }, Line(2, 10)));
        draft.Details.LineItems.Select(l => (l.Name, l.Unit, l.UnitPrice!.Amount, l.TaxPercent, l.Net!.Amount)).ShouldBe([("Engine", "KGM", 100m, 20m, 300m), ("Engine", "C62", 10m, 20m, 20m)]);
        (draft.Details.Currency, draft.Details.Language, draft.Status).ShouldBe(("EUR", "en", InvoiceStatus.Draft));
        (draft.LineTotal.Amount, draft.NetTotal.Amount, draft.TaxTotal.Amount, draft.Total.Amount, draft.DueTotal.Amount).ShouldBe((320m, 320m, 64m, 384m, 384m));
        draft.Taxes.ShouldHaveSingleItem().ShouldBe(new DocumentTax(TaxCategory.Standard, 20, Money.Of(320, "EUR"), Money.Of(64, "EUR"), null));
        draft.Details.LineItems.ShouldAllBe(l => l.Id != null);
    }

    [Theory]
    [InlineData("EUR", "0.0088", "0.88", "100")]
    [InlineData("EUR", "8.5", "8.50", "1")]
    [InlineData("JPY", "0.5", "5", "10")]
    [InlineData("KWD", "0.333333", "333.333", "1000")]
    public void A_price_finer_than_money_is_that_of_several(string currency, string price, string amount, string per)
    {
        var details = Details(new DocumentItem { ProductId = Engine, Quantity = 16_000 }) with { Currency = currency };
        var line = Invoice.Draft(Guid.CreateVersion7(), details, Setting(details, D(price))).Details.LineItems[0];
        (line.UnitPrice, line.PriceQuantity).ShouldBe((Money.Of(D(amount), currency), D(per)));
        line.Net!.Amount.ShouldBe(Rounding.ToMinorUnit(16_000 * D(price), currency));
    }

    [Fact]
    public void What_cannot_stand_on_a_document_is_refused_at_its_path()
    {
        Refused("lineItems[1].quantity", () => Draft(Details(Line(), Line(0))));
        Refused("lineItems[0].quantity", () => Draft(Details(Line(-1))));
        Refused("lineItems[0].quantity", () => Draft(Details(Line(0.0000001m))));
        Refused("lineItems[0].unitPrice.currency", () => Draft(Details(Line(currency: "USD"))));
        Refused("lineItems[0].unitPrice.amount", () => Draft(Details(Line(price: -1))));
        Refused("lineItems[0].unit", () => Draft(Details(Line() with { Unit = "piece" })));
        Refused("lineItems[0].name", () => Draft(Details(new DocumentItem { UnitPrice = Money.Of(1, "EUR") })));
        Refused("lineItems[0].taxPercent", () => Draft(Details(Line() with { TaxCategory = TaxCategory.Exempt, TaxPercent = 20, TaxReason = "Healthcare" })));
        Refused("lineItems[0].taxReason", () => Draft(Details(Line() with { TaxCategory = TaxCategory.ReverseCharge })));
        Refused("lineItems[0].taxCategory", () => Draft(Details(Line() with { TaxPercent = 20 })));
        Refused("lineItems[0].adjustments[0]", () => Draft(Details(Line() with { Adjustments = [new LineAdjustment { Percent = 1, Amount = Money.Of(1, "EUR") }] })));
        Refused("lineItems[0].adjustments[1].percent", () => Draft(Details(Line() with { Adjustments = [new LineAdjustment { Percent = 1 }, new LineAdjustment { Percent = 101 }] })));
        Refused("lineItems[0]", () => Draft(Details(Line(999_999_999, 9_999_999_999_999))));
        Refused("lineItems", () => Draft(Details(Line(1, 9_999_999_999_999), Line(1, 9_999_999_999_999))));
        Refused("lineItems", () => Draft(Details(Line(), Line() with { TaxCategory = TaxCategory.OutsideScope, TaxReason = "Not subject to VAT" })));
        Refused("adjustments[0].amount.currency", () => Draft(Details(Line()) with { Adjustments = [new DocumentAdjustment { Amount = Money.Of(1, "USD") }] }));
        Refused("prepaid.amount", () => Draft(Details(Line()) with { Prepaid = Money.Of(120.01m, "EUR") }));
        Refused("prepaid.currency", () => Draft(Details(Line()) with { Prepaid = Money.Of(1, "USD") }));
        Refused("currency", () => Draft(Details() with { Currency = "XXX" }));
        Refused("series", () => Draft(Details() with { Series = "a b" }));
        Refused("lineItems[0].net", () => Draft(Details(Line() with { Net = Money.Of(1, "EUR") })));
        Should.Throw<CrmException>(() => Draft(Details(new DocumentItem { ProductId = Guid.CreateVersion7() }))).ShouldSatisfyAllConditions(
            e => e.Kind.ShouldBe(ErrorKind.Unprocessable), e => e.Errors!.Keys.ShouldBe(["lineItems[0].productId"]));
        Should.Throw<CrmException>(() => Draft(Details(new DocumentItem { ProductId = Engine }), price: null)).Errors!.Keys.ShouldBe(["lineItems[0].unitPrice"]);
    }

    [Fact]
    public void A_line_that_comes_back_keeps_what_was_found_for_it()
    {
        var draft = Draft(Details(new DocumentItem { ProductId = Engine, Quantity = 3 }, Line(2, 10)));
        var before = draft.Details;
        draft.DrainEvents();
        draft.Revise(before, Setting(before, price: 999));
        draft.DrainEvents().ShouldBeEmpty("what was answered and comes back changes nothing");
        var open = before with { LineItems = [new DocumentItem { ProductId = Engine, Quantity = 3 }, before.LineItems[1]] };
        draft.Revise(open, Setting(open, price: 999));
        draft.Details.ShouldBe(before, "a line that states less is the same line");
        var more = before with { LineItems = [before.LineItems[0] with { Quantity = 4, UnitPrice = null }] };
        draft.Revise(more, Setting(more, price: 90));
        draft.Details.LineItems.ShouldHaveSingleItem().ShouldBe(before.LineItems[0] with { Quantity = 4, UnitPrice = Money.Of(90, "EUR"), Net = Money.Of(360, "EUR") });
        draft.Total.Amount.ShouldBe(432);
    }

    [Fact]
    public void The_sums_of_a_draft_are_those_of_its_lines_whatever_is_on_it() => Holds(AnyDetails, details =>
    {
        var draft = Draft(details);
        draft.LineTotal.Amount.ShouldBe(draft.Details.LineItems.Sum(l => l.Net!.Amount));
        draft.NetTotal.Amount.ShouldBe(draft.LineTotal.Amount - draft.AllowanceTotal.Amount + draft.ChargeTotal.Amount);
        draft.NetTotal.Amount.ShouldBe(draft.Taxes.Sum(t => t.Taxable.Amount));
        (draft.TaxTotal.Amount, draft.Total.Amount).ShouldBe((draft.Taxes.Sum(t => t.Tax.Amount), draft.NetTotal.Amount + draft.TaxTotal.Amount));
    });

    private static decimal D(string number) => decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
}
