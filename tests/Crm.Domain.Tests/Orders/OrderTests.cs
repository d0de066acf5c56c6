using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Orders;
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Domain.Tests.Orders;

/// <summary>What an order takes from the stock, and gives back.</summary>
public sealed class OrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly Guid Warehouse = Guid.CreateVersion7(), Gear = Guid.CreateVersion7(), Axle = Guid.CreateVersion7(), Bundle = Guid.CreateVersion7();

    [Fact]
    public void However_it_is_delivered_and_called_off_what_was_reserved_leaves_or_is_released()
    {
        var acts = from quantities in Gen.ListOf(Gen.Choose(1, 50), 3)
                   from deliveries in Gen.ListOf(from line in Gen.Choose(0, 2) from quantity in Gen.Choose(-1, 30) select (Line: line, Quantity: (decimal)quantity))
                   from cancels in Gen.Elements(true, false)
                   select (quantities, deliveries, cancels);
        Prop.ForAll(acts.ToArbitrary(), a =>
        {
            var order = Confirmed([.. a.quantities.Select((quantity, i) => Line(i == 2 ? Bundle : i == 1 ? Axle : Gear, quantity))], out var reserved);
            var left = reserved.ToDictionary(n => n.ProductId, n => n.Quantity);
            foreach (var (line, quantity) in a.deliveries)
            {
                try
                {
                    Take(left, order.Fulfil([new OrderDelivery(order.Details.LineItems[line].Id!.Value, quantity)], null, Now));
                }
                catch (CrmException)
                {
                    // Too much, nothing, or nothing left: nothing moves.
                }
            }
            if (order.Status != OrderStatus.Fulfilled) Take(left, a.cancels ? order.Cancel(null, Now) : order.Fulfil(null, null, Now));
            left.Values.ShouldAllBe(quantity => quantity == 0);
            order.Deliveries.ShouldAllBe(d => d.Quantity <= order.Details.LineItems.Single(l => l.Id == d.LineItemId).Quantity);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Lines_of_one_product_are_one_need_that_names_the_first()
    {
        Confirmed([Line(Gear, 2), Line(Axle, 1), Line(Gear, 3), Line(Bundle, 2)], out var needs);
        needs.ShouldBe([new StockNeed(Gear, 2 + 3 + (2 * 4), "lineItems[0].quantity"), new StockNeed(Axle, 1 + (2 * 0.5m), "lineItems[1].quantity")]);
    }

    [Fact]
    public void Stock_is_counted_in_millionths()
    {
        var order = Draft([Line(Bundle, 0.000001m)]);
        Refusal("VALIDATION_FAILED", () => order.Confirm(Setting(order))).Errors!.Keys.ShouldBe(["lineItems[0].quantity"]);
    }

    [Theory]
    [InlineData(239, false)]
    [InlineData(240, true)]
    public void The_credit_bears_what_it_bears(int limit, bool bears)
    {
        var order = Draft([Line(Gear, 2)]);
        var setting = Setting(order) with { CreditLimit = Money.Of(limit, "EUR"), Owed = 120 };
        if (bears) order.Confirm(setting);
        else Refusal("CREDIT_LIMIT_EXCEEDED", () => order.Confirm(setting));
        order.Status.ShouldBe(bears ? OrderStatus.Confirmed : OrderStatus.Draft);
    }

    [Fact]
    public void Each_act_has_its_time()
    {
        var draft = Draft([Line(Gear, 1)]);
        Refusal("INVALID_STATE", () => draft.Fulfil(null, null, Now));
        draft.Cancel("Not wanted", Now).ShouldBeEmpty("a draft has reserved nothing");
        Refusal("INVALID_STATE", () => draft.Confirm(Setting(draft)));
        var done = Confirmed([Line(Gear, 1)], out _);
        Refusal("INVALID_STATE", () => done.Confirm(Setting(done)));
        Refusal("INVALID_STATE", () => done.Revise(done.Details with { Notes = "More" }));
        done.Revise(done.Details with { Tags = Tags.Of(["urgent"]) });
        done.Fulfil(null, "DN-1", Now);
        Refusal("INVALID_STATE", () => done.Cancel(null, Now));
        (done.Status, done.FulfilledAt).ShouldBe((OrderStatus.Fulfilled, Now));
        var (homeless, empty) = (Draft([Line(Gear, 1)]), Draft([]));
        Refusal("UNPROCESSABLE", () => homeless.Confirm(Setting(homeless) with { WarehouseId = null }));
        Refusal("INVALID_STATE", () => empty.Confirm(Setting(empty)));
    }

    private static CrmException Refusal(string code, Action act)
    {
        var refusal = Should.Throw<CrmException>(act);
        refusal.Code.ShouldBe(code);
        return refusal;
    }

    private static void Take(Dictionary<Guid, decimal> left, IReadOnlyList<StockNeed> needs)
    {
        foreach (var need in needs) (left[need.ProductId] -= need.Quantity).ShouldBeGreaterThanOrEqualTo(0);
    }

    private static DocumentItem Line(Guid product, decimal quantity) =>
        new() { ProductId = product, Name = "Part", Quantity = quantity, UnitPrice = Money.Of(50, "EUR"), TaxCategory = TaxCategory.Standard, TaxPercent = 20 };

    private static Order Draft(DocumentItem[] lines)
    {
        var details = new OrderDetails { CustomerId = Guid.CreateVersion7(), LineItems = ValueList.Of(lines) };
        return Order.Draft(Guid.CreateVersion7(), 1, details, new DocumentSetting("EUR", "en", [.. lines.Select(_ => new LineSetting())], new DateOnly(2026, 3, 1), Now));
    }

    private static Order Confirmed(DocumentItem[] lines, out IReadOnlyList<StockNeed> needs)
    {
        var order = Draft(lines);
        needs = order.Confirm(Setting(order));
        return order;
    }

    /// <summary>A gear and an axle are themselves; a bundle is four gears and half an axle.</summary>
    private static OrderSetting Setting(Order order) => new(Warehouse, ValueList.Of(order.Details.LineItems.SelectMany(line => line.ProductId == Bundle
        ? (OrderAllocation[])[new(line.Id!.Value, Gear, 4), new(line.Id!.Value, Axle, 0.5m)] : [new(line.Id!.Value, line.ProductId!.Value, 1)])), null, 0, Now);
}
