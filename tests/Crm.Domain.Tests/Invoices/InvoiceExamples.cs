using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Domain.Tests.Invoices;

/// <summary>Documents to try the rules on.</summary>
internal static class InvoiceExamples
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    public static readonly DateOnly Today = new(2026, 3, 1);
    public static readonly Guid Engine = Guid.CreateVersion7();
    public static readonly Tax Full = Tax.Of(TaxCategory.Standard, 20);

    /// <summary>The setting in which each line that names the product finds it at this price.</summary>
    public static DocumentSetting Setting(InvoiceDetails details, decimal? price = 100, Tax? tax = null, string currency = "EUR") => new(currency, "en",
        [.. details.LineItems.Select(l => l.ProductId is null ? new LineSetting(Tax: tax ?? Full) : new LineSetting(l.ProductId == Engine, "Engine", "KGM", price, tax ?? Full))], Today, Now);

    public static InvoiceDetails Details(params DocumentItem[] lines) => new() { CustomerId = Guid.CreateVersion7(), LineItems = ValueList.Of(lines) };

    public static DocumentItem Line(decimal quantity = 1, decimal price = 100, string currency = "EUR") => new() { Name = "Engine", Quantity = quantity, UnitPrice = Money.Of(price, currency) };

    public static Invoice Draft(InvoiceDetails details, decimal? price = 100, Tax? tax = null) => Invoice.Draft(Guid.CreateVersion7(), details, Setting(details, price, tax));

    /// <summary>Documents with several lines, rates, allowances and charges, in currencies of 0, 2 and 3 decimals.</summary>
    public static Gen<InvoiceDetails> AnyDetails =>
        from currency in Gen.Elements("EUR", "JPY", "KWD")
        let unit = currency switch { "JPY" => 1m, "KWD" => 0.001m, _ => 0.01m }
        from lines in Gen.NonEmptyListOf(
            from quantity in Gen.Choose(1, 1_000_000) from price in Gen.Choose(0, 1_000_000) from per in Gen.Elements(1m, 10m, 100m, 7m)
            from rate in Gen.Elements((TaxCategory.Standard, 20m, null), (TaxCategory.Standard, 9m, null), (TaxCategory.ZeroRated, 0m, null), (TaxCategory.ReverseCharge, 0m, (string?)"Article 196"))
            from adjustments in Gen.ListOf(Changes(unit, currency), 2)
            select new DocumentItem
            {
                Name = "Engine", Quantity = quantity / 1000m, UnitPrice = Money.Of(price * unit, currency), PriceQuantity = per,
                TaxCategory = rate.Item1, TaxPercent = rate.Item2, TaxReason = rate.Item3, Adjustments = ValueList.Of(adjustments),
            })
        from adjustments in Gen.ListOf(Changes(unit, currency), 2)
        from taxed in Gen.Elements(true, false)
        select new InvoiceDetails
        {
            CustomerId = Guid.CreateVersion7(), Currency = currency, LineItems = ValueList.Of(lines.Take(20)),
            Adjustments = ValueList.Of(adjustments.Select(a => new DocumentAdjustment
            {
                IsCharge = a.IsCharge, Percent = a.Percent, Amount = a.Amount, TaxCategory = taxed ? TaxCategory.Standard : null, TaxPercent = taxed ? 20 : null,
            })),
        };

    /// <summary>The same of which no more is taken off than there is.</summary>
    public static Gen<InvoiceDetails> Issuable => AnyDetails.Where(details => Draft(details).Total.Amount >= 0);

    public static void Holds<T>(Gen<T> cases, Action<T> property) => Prop.ForAll(cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    public static void Refused(string member, Action act) => Should.Throw<CrmException>(act).Errors!.Keys.ShouldContain(member);

    private static Gen<LineAdjustment> Changes(decimal unit, string currency) =>
        from number in Gen.Choose(0, 10_000) from isPercent in Gen.Elements(true, false) from isCharge in Gen.Elements(true, false)
        select new LineAdjustment { IsCharge = isCharge, Percent = isPercent ? number / 100m : null, Amount = isPercent ? null : Money.Of(number * unit, currency) };
}
