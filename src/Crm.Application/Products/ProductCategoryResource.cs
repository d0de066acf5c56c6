using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Products;

namespace Crm.Application.Products;

/// <summary>The declaration of categories of products; every member of the tenant sees them.</summary>
public sealed class ProductCategoryResource : Resource<ProductCategory, ProductCategoryDetails>
{
    /// <summary>Declares the members.</summary>
    public ProductCategoryResource() : base("product-categories", "product category")
    {
        KeptBy = [("product_categories", "parent_id"), ("products", "category_id")];
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Engines\"");
        Reference(x => x.ParentId, "product-categories").InTree().Says("The category it is part of; trees go 10 deep.");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("Free text.", "\"What turns and computes\"");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(ProductCategoryDetails details) => new CreateProductCategory(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<ProductCategoryDetails> patch) => new UpdateProductCategory(id, patch);
}

/// <summary>A category's own members, as events carry them.</summary>
public sealed record ProductCategoryState : ProductCategoryDetails;

internal sealed class ProductCategoryStateProfile : StateProfile<ProductCategory, ProductCategoryDetails, ProductCategoryState>;
