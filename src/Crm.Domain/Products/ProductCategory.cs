using Crm.Domain.Common;

namespace Crm.Domain.Products;

/// <summary>What users state about a category of products.</summary>
public record ProductCategoryDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>The category it is part of.</summary>
    public Guid? ParentId { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Description { get; init; }
}

/// <summary>A category of products; categories form trees. Every member sees it.</summary>
public sealed class ProductCategory : Record<ProductCategory, ProductCategoryDetails>, IUnrestricted
{
    private ProductCategory() { }

    /// <summary>Adds a new category. Raises <see cref="Created{ProductCategory}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name. INVALID_STATE: <paramref name="tree"/> would be too deep.</exception>
    public static ProductCategory Define(Guid id, ProductCategoryDetails details, RecordTree tree)
    {
        tree.Check(id, details.ParentId);
        var category = new ProductCategory { Id = id };
        category.Begin(details);
        return category;
    }

    /// <summary>Changes what is stated about the category.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name. INVALID_STATE: it would be below itself, or <paramref name="tree"/> too deep.</exception>
    public void Revise(ProductCategoryDetails details, RecordTree tree)
    {
        if (details.ParentId != Details.ParentId) tree.Check(Id, details.ParentId);
        Revise(details);
    }

    /// <inheritdoc/>
    protected override void Guard(ProductCategoryDetails? before, ProductCategoryDetails after) => Require.Text(after.Name, "name");
}
