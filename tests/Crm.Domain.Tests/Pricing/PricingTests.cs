using Crm.Domain.Common;
using Crm.Domain.Pricing;

namespace Crm.Domain.Tests.Pricing;

public sealed class PricingTests
{
    private static readonly PriceBookDetails Book = new() { Name = "Wholesale", Currency = "EUR" };
    private static readonly PriceDetails One = new() { PriceBookId = Guid.CreateVersion7(), ProductId = Guid.CreateVersion7(), UnitPrice = 0.0088m };

    [Fact]
    public void A_book_is_for_everybody_a_segment_or_a_customer()
    {
        foreach (var details in (PriceBookDetails[])[Book, Book with { Segment = "vip" }, Book with { CustomerId = Guid.CreateVersion7() }]) PriceBook.Publish(Guid.CreateVersion7(), details).Details.ShouldBe(details);
        Refused("segment", () => PriceBook.Publish(Guid.CreateVersion7(), Book with { Segment = "vip", CustomerId = Guid.CreateVersion7() }));
        Refused("segment", () => PriceBook.Publish(Guid.CreateVersion7(), Book with { Segment = "" }));
    }

    [Fact]
    public void A_book_has_a_name_a_currency_and_no_end_before_its_beginning()
    {
        Refused("name", () => PriceBook.Publish(Guid.CreateVersion7(), Book with { Name = "" }));
        Refused("currency", () => PriceBook.Publish(Guid.CreateVersion7(), Book with { Currency = "EURO" }));
        Refused("validTo", () => PriceBook.Publish(Guid.CreateVersion7(), Book with { ValidFrom = new DateOnly(2026, 2, 1), ValidTo = new DateOnly(2026, 1, 31) }));
    }

    [Fact]
    public void A_price_is_finer_than_money_and_never_negative()
    {
        Price.Set(Guid.CreateVersion7(), One).Details.MinQuantity.ShouldBe(1);
        Price.Set(Guid.CreateVersion7(), One with { UnitPrice = 0 }).Details.UnitPrice.ShouldBe(0);
        foreach (var price in (decimal[])[-0.01m, 0.0000001m, 10_000_000_000_000m]) Refused("unitPrice", () => Price.Set(Guid.CreateVersion7(), One with { UnitPrice = price }));
        foreach (var quantity in (decimal[])[0, -1, 0.0000001m, 1_000_000_000m]) Refused("minQuantity", () => Price.Set(Guid.CreateVersion7(), One with { MinQuantity = quantity }));
    }

    private static void Refused(string member, Action act) => Should.Throw<CrmException>(act).Errors!.Keys.ShouldBe([member]);
}
