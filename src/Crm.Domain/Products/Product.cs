using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Products;

/// <summary>What users state about a product (product.md §6).</summary>
public record ProductDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>The stock keeping unit: unique among living products, 1–300 characters.</summary>
    public required string Sku { get; init; }
    /// <summary>What one costs; the unit price of a deal's line that states none.</summary>
    public Money? Price { get; init; }
    /// <summary>Whether it is on offer.</summary>
    public bool IsActive { get; init; } = true;
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>The category it stands in.</summary>
    public Guid? CategoryId { get; init; }
    /// <summary>The organization's class of goods, by which its rate of tax is found: 1–50 characters.</summary>
    public string? TaxCode { get; init; }
    /// <summary>What it is counted in: a code of UN/ECE Recommendation 20 (<see cref="Unit.All"/>); one, unless stated.</summary>
    public string Unit { get; init; } = Commerce.Unit.One;
    /// <summary>Whether stock is kept of it; not of services.</summary>
    public bool IsStocked { get; init; }
}

/// <summary>Something the organization sells; every member sees it.</summary>
public sealed class Product : Record<Product, ProductDetails>, IUnrestricted
{
    private Product() { }

    /// <summary>Lists a new product. Raises <see cref="Created{Product}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, no SKU or an unknown unit.</exception>
    public static Product Launch(Guid id, ProductDetails details)
    {
        var product = new Product { Id = id };
        product.Begin(details);
        return product;
    }

    /// <inheritdoc/>
    protected override void Guard(ProductDetails? before, ProductDetails after)
    {
        Require.Text(after.Name, "name");
        Require.Text(after.Sku, "sku");
        if (!Unit.IsKnown(after.Unit)) throw CrmException.Validation("unit", "must be a unit code of UN/ECE Recommendation 20");
    }
}
