using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Products;
using FluentValidation;

namespace Crm.Application.Products;

/// <summary>Lists a new product. DUPLICATE when its SKU is taken; INVALID_STATE when a component of it is a bundle.</summary>
[Requires(Permissions.ProductsWrite)]
public sealed record CreateProduct(ProductDetails Details) : ICommand<Guid>;

internal sealed class CreateProductValidator : AbstractValidator<CreateProduct>
{
    public CreateProductValidator(ProductResource products) => RuleFor(c => c.Details).Meets(products);
}

internal sealed class CreateProductHandler(IProductRepository products, TimeProvider clock) : ICommandHandler<CreateProduct, Guid>
{
    public async Task<Guid> Handle(CreateProduct command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var product = Product.Launch(Ids.New(now), command.Details, now);
        await products.CheckBundleAsync(product, ct);
        products.Add(product);
        return product.Id;
    }
}
