using Crm.Domain.Common;
using Crm.Domain.Deals;

namespace Crm.Domain.Tests.Deals;

public sealed class DealDiscountTests
{
    private static readonly Guid Engine = new(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), Card = new(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 2]);
    private static readonly Dictionary<Guid, Money> Prices = new() { [Engine] = Money.Of(100, "EUR"), [Card] = Money.Of(10, "USD") };

    [Theory]
    [InlineData(300, 3, 100, 0)]
    [InlineData(330, 3, 110, 0)]
    [InlineData(150, 2, 75, 25)]
    [InlineData(0, 2, 0, 100)]
    public void The_discount_is_the_value_against_list_prices(decimal value, decimal quantity, decimal price, decimal expected) =>
        DealDiscount.Of(Deal(Money.Of(value, "EUR"), Line(Engine, quantity, price)), Prices).ShouldBe(expected);

    [Fact]
    public void A_value_that_was_stated_counts_instead_of_the_sum_of_the_lines() => DealDiscount.Of(Deal(Money.Of(90, "EUR"), Line(Engine, 1, 100)), Prices).ShouldBe(10);

    [Fact]
    public void A_product_without_a_price_in_the_currency_counts_at_the_price_of_the_line() =>
        DealDiscount.Of(Deal(Money.Of(150, "EUR"), Line(Engine, 1, 50), Line(Card, 10, 10)), Prices).ShouldBe(25);

    [Fact]
    public void Nothing_is_compared_without_value_or_lines_or_across_currencies()
    {
        DealDiscount.Of(Deal(null, Line(Engine, 1, 50)), Prices).ShouldBeNull();
        DealDiscount.Of(Deal(Money.Of(50, "EUR")), Prices).ShouldBeNull();
        DealDiscount.Of(Deal(Money.Of(50, "GBP"), Line(Engine, 1, 50)), Prices).ShouldBeNull();
    }

    [Theory]
    [InlineData(33.3333, 33.34)]
    [InlineData(33.33, 33.33)]
    [InlineData(0, 0)]
    public void What_is_asked_for_covers_the_discount(decimal discount, decimal asked) => DealDiscount.Asked(discount).ShouldBe(asked);

    private static DealDetails Deal(Money? value, params LineItem[] lines) => new() { Title = "Engines", Value = value, LineItems = ValueList.Of(lines) };

    private static LineItem Line(Guid product, decimal quantity, decimal price) => new() { ProductId = product, Quantity = quantity, UnitPrice = Money.Of(price, "EUR") };
}
