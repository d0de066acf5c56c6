using Crm.Domain.Common;
using Crm.Domain.Products;

namespace Crm.Domain.Tests.Products;

public sealed class ProductTests
{
    [Theory]
    [InlineData("", "S", "name")]
    [InlineData("Engine", "", "sku")]
    public void A_product_needs_a_name_and_a_sku(string name, string sku, string member) =>
        Should.Throw<CrmException>(() => Product.Launch(Guid.CreateVersion7(), new ProductDetails { Name = name, Sku = sku })).Errors!.Keys.ShouldBe([member]);

    [Fact]
    public void A_product_is_on_offer_unless_it_is_said_not_to_be() =>
        Product.Launch(Guid.CreateVersion7(), new ProductDetails { Name = "Engine", Sku = "E" }).Details.IsActive.ShouldBeTrue();
}
