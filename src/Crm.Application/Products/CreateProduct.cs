using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Products;
using FluentValidation;

namespace Crm.Application.Products;

/// <summary>Lists a new product. DUPLICATE when its SKU is taken.</summary>
[Requires(Permissions.ProductsWrite)]
public sealed record CreateProduct(ProductDetails Details) : ICommand<Guid>;

internal sealed class CreateProductValidator : AbstractValidator<CreateProduct>
{
    public CreateProductValidator(ProductResource products) => RuleFor(c => c.Details).Meets(products);
}

internal sealed class CreateProductHandler(IRepository<Product> products, TimeProvider clock) : ICommandHandler<CreateProduct, Guid>
{
    public Task<Guid> Handle(CreateProduct command, CancellationToken ct)
    {
        var product = Product.Launch(Ids.New(clock.GetUtcNow()), command.Details);
        products.Add(product);
        return Task.FromResult(product.Id);
    }
}
