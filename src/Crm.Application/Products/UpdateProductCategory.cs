using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Common;
using Crm.Domain.Products;

namespace Crm.Application.Products;

/// <summary>Changes what is stated about a category of products. A category is never part of itself, and trees go 10 deep: 409 INVALID_STATE.</summary>
[Requires(Permissions.ProductCategoriesWrite)]
public sealed record UpdateProductCategory(Guid Id, Patch<ProductCategoryDetails> Changes) : ChangesRecord<ProductCategory, ProductCategoryDetails>(Id, Changes);

internal sealed class UpdateProductCategoryHandler(IRepository<ProductCategory> categories, ITrees trees) : ICommandHandler<UpdateProductCategory, Guid>
{
    public async Task<Guid> Handle(UpdateProductCategory command, CancellationToken ct)
    {
        // The tree before the category, as whoever moves another one takes them.
        var tree = command.Changes.Has("parentId") || command.Changes.Replaces ? await trees.HoldAsync<ProductCategory>(ct) : RecordTree.Empty;
        var category = await categories.GetAsync(command.Id, ct);
        category.Revise(command.Changes.ApplyTo(category.Details), tree);
        return category.Id;
    }
}
