using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Products;

/// <summary>A part of a bundle.</summary>
public sealed record BundleComponent : ChildItem
{
    /// <summary>The product; no bundle itself.</summary>
    public required Guid ComponentId { get; init; }
    /// <summary>How many of it are in one bundle: above 0 and below 10^9, at most 6 decimals; 1 unless stated.</summary>
    public decimal Quantity { get; init => field = Plain.Of(value); } = 1;
}

/// <summary>What users state about a product (product.md §6).</summary>
public record ProductDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>The stock keeping unit: unique among living products, 1–300 characters.</summary>
    public required string Sku { get; init; }
    /// <summary>What one costs, from 0; the unit price of a deal's line that states none.</summary>
    public Money? Price { get; init; }
    /// <summary>What one costs the organization itself, from 0: its stock is worth that.</summary>
    public Money? Cost { get; init; }
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
    /// <summary>What it consists of, if it is a bundle: at most 100 products, each once. Orders of it take these from the stock.</summary>
    public ValueList<BundleComponent> Components { get; init; } = [];
}

/// <summary>Something the organization sells; every member sees it.</summary>
public sealed class Product : Record<Product, ProductDetails>, IUnrestricted
{
    /// <summary>The most components a bundle has.</summary>
    public const int MaxComponents = 100;

    private Product() { }

    /// <summary>Whether it consists of others.</summary>
    public bool IsBundle => Details.Components.Count > 0;

    /// <summary>Lists a new product. Raises <see cref="Created{Product}"/>.</summary>
    /// <param name="now">When components get their ids.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, no SKU, a price below 0, an unknown unit, a bundle that is stocked itself, or a component that is out of range, named twice or the product itself.</exception>
    public static Product Launch(Guid id, ProductDetails details, DateTimeOffset now)
    {
        var product = new Product { Id = id };
        product.Begin(Settled(id, [], details, now));
        return product;
    }

    /// <summary>Changes what is stated about the product; components that stay keep their ids. Raises <see cref="Updated{Product}"/>.</summary>
    /// <exception cref="CrmException">As <see cref="Launch"/>; UNPROCESSABLE: a component's id that is none of this product's.</exception>
    public void Revise(ProductDetails details, DateTimeOffset now) => Revise(Settled(Id, Details.Components, details, now));

    /// <inheritdoc/>
    protected override void Guard(ProductDetails? before, ProductDetails after)
    {
        Require.Text(after.Name, "name");
        Require.Text(after.Sku, "sku");
        // What was written before prices had a floor stays until somebody changes it.
        if (after.Price != before?.Price) Require.NotNegative(after.Price, "price.amount");
        if (!Unit.IsKnown(after.Unit)) throw CrmException.Validation("unit", "must be a unit code of UN/ECE Recommendation 20");
        if (after.Components.Count > MaxComponents) throw CrmException.Validation("components", $"must be at most {MaxComponents}");
        if (after is { IsStocked: true, Components.Count: > 0 }) throw CrmException.Validation("isStocked", "must be false for a bundle: stock is kept of its components");
    }

    private static ValueList<BundleComponent> Components(Guid id, ValueList<BundleComponent> stored, ProductDetails details, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>();
        for (var i = 0; i < details.Components.Count; i++)
        {
            var component = details.Components[i];
            if (component.ComponentId == id) errors[$"components[{i}].componentId"] = ["must not be the product itself"];
            else if (details.Components.Take(i).Any(c => c.ComponentId == component.ComponentId)) errors[$"components[{i}].componentId"] = ["is given more than once"];
            if (component.Quantity <= 0 || !Require.IsQuantity(component.Quantity)) errors[$"components[{i}].quantity"] = ["must be above 0, below 10^9 and have at most 6 decimals"];
        }
        if (errors.Count > 0) throw CrmException.Validation(errors);
        return ChildItems.Matched(stored, details.Components, "components", now, (was, _, sent, _) => was.ComponentId == sent.ComponentId);
    }

    private static ProductDetails Settled(Guid id, ValueList<BundleComponent> stored, ProductDetails details, DateTimeOffset now) => details with { Components = Components(id, stored, details, now) };
}
