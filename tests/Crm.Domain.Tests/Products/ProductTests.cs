using Crm.Domain.Common;
using Crm.Domain.Products;

namespace Crm.Domain.Tests.Products;

public sealed class ProductTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Guid Gear = Guid.CreateVersion7(), Axle = Guid.CreateVersion7();

    [Theory]
    [InlineData("", "S", "name")]
    [InlineData("Engine", "", "sku")]
    public void A_product_needs_a_name_and_a_sku(string name, string sku, string member) =>
        Should.Throw<CrmException>(() => Product.Launch(Guid.CreateVersion7(), new ProductDetails { Name = name, Sku = sku }, Now)).Errors!.Keys.ShouldBe([member]);

    [Fact]
    public void A_product_is_on_offer_unless_it_is_said_not_to_be() => Launch([]).Details.IsActive.ShouldBeTrue();

    [Fact]
    public void No_price_is_below_zero()
    {
        Money Eur(decimal amount) => Money.Of(amount, "EUR");
        var details = new ProductDetails { Name = "Engine", Sku = "E", Price = Eur(0) };
        var product = Product.Launch(Guid.CreateVersion7(), details, Now);
        Refused(() => product.Revise(product.Details with { Price = Eur(-0.01m) }, Now)).ShouldBe(["price.amount"]);
        Refused(() => Product.Launch(Guid.CreateVersion7(), details with { Price = Eur(-1) }, Now)).ShouldBe(["price.amount"]);
    }

    [Fact]
    public void A_bundle_consists_of_others_once_each()
    {
        Launch([]).IsBundle.ShouldBeFalse();
        var bundle = Launch([new() { ComponentId = Gear, Quantity = 4 }, new() { ComponentId = Axle }]);
        bundle.IsBundle.ShouldBeTrue();
        var ids = bundle.Details.Components.Select(c => c.Id).ToList();
        ids.ShouldAllBe(id => id != null);
        bundle.Revise(bundle.Details with { Components = [new() { ComponentId = Axle, Quantity = 2 }, new() { ComponentId = Gear }] }, Now);
        bundle.Details.Components.Select(c => c.Id).ShouldBe([ids[1], ids[0]], "what stays keeps its id");
        Refused(() => Launch([new() { ComponentId = Gear }, new() { ComponentId = Gear }])).ShouldBe(["components[1].componentId"]);
        Refused(() => bundle.Revise(bundle.Details with { Components = [new() { ComponentId = bundle.Id }] }, Now)).ShouldBe(["components[0].componentId"]);
        Refused(() => Launch([new() { ComponentId = Gear }], isStocked: true)).ShouldBe(["isStocked"]);
        Refused(() => Launch([.. Enumerable.Range(0, 101).Select(_ => new BundleComponent { ComponentId = Guid.CreateVersion7() })])).ShouldBe(["components"]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000000000")]
    [InlineData("0.0000001")]
    public void A_bundle_holds_a_sensible_quantity(string quantity) =>
        Refused(() => Launch([new() { ComponentId = Gear, Quantity = decimal.Parse(quantity, System.Globalization.CultureInfo.InvariantCulture) }])).ShouldBe(["components[0].quantity"]);

    private static IEnumerable<string> Refused(Action act) => Should.Throw<CrmException>(act).Errors!.Keys;

    private static Product Launch(ValueList<BundleComponent> components, bool isStocked = false) =>
        Product.Launch(Guid.CreateVersion7(), new ProductDetails { Name = "Engine", Sku = "E", Components = components, IsStocked = isStocked }, Now);
}
