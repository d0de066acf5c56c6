using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Products;
using FluentValidation;

namespace Crm.Application.Products;

/// <summary>Adds a new category of products. Trees go 10 deep: 409 INVALID_STATE.</summary>
[Requires(Permissions.ProductCategoriesWrite)]
public sealed record CreateProductCategory(ProductCategoryDetails Details) : ICommand<Guid>;

internal sealed class CreateProductCategoryValidator : AbstractValidator<CreateProductCategory>
{
    public CreateProductCategoryValidator(ProductCategoryResource categories) => RuleFor(c => c.Details).Meets(categories);
}

internal sealed class CreateProductCategoryHandler(IRepository<ProductCategory> categories, ITrees trees, TimeProvider clock) : ICommandHandler<CreateProductCategory, Guid>
{
    public async Task<Guid> Handle(CreateProductCategory command, CancellationToken ct)
    {
        var tree = command.Details.ParentId is null ? RecordTree.Empty : await trees.HoldAsync<ProductCategory>(ct);
        var category = ProductCategory.Define(Ids.New(clock.GetUtcNow()), command.Details, tree);
        categories.Add(category);
        return category.Id;
    }
}
