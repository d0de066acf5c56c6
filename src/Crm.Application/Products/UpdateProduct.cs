using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Products;

namespace Crm.Application.Products;

/// <summary>Changes a product. Lines of deals keep the price they were sold at. INVALID_STATE when a bundle would be part of a bundle, or a product that has stock would become one.</summary>
[Requires(Permissions.ProductsWrite)]
public sealed record UpdateProduct(Guid Id, Patch<ProductDetails> Changes) : ChangesRecord<Product, ProductDetails>(Id, Changes);

internal sealed class UpdateProductHandler(IProductRepository products, TimeProvider clock) : ICommandHandler<UpdateProduct, Guid>
{
    public async Task<Guid> Handle(UpdateProduct command, CancellationToken ct)
    {
        var product = await products.GetAsync(command.Id, ct);
        var before = product.Details.Components;
        product.Revise(command.Changes.ApplyTo(product.Details), clock.GetUtcNow());
        if (!product.Details.Components.Equals(before)) await products.CheckBundleAsync(product, ct);
        return product.Id;
    }
}
