using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Products;

namespace Crm.Application.Products;

/// <summary>The declaration of products; every member of the tenant sees them.</summary>
public sealed class ProductResource : Resource<Product, ProductDetails>
{
    private const string ComponentsSql = """
        (select coalesce(json_agg(json_build_object('id', i.id, 'componentId', i.component_id, 'quantity', i.quantity) order by i.position, i.id), '[]')::text
          from crm_read.product_components i where i.tenant_id = @TenantId and i.product_id = t.id and i.deleted_at is not distinct from t.deleted_at)
        """;

    /// <summary>Declares the members.</summary>
    public ProductResource() : base("products", "product")
    {
        LimitName = "products";
        KeptBy = [("deal_line_items", "product_id"), ("stocks", "product_id"), ("product_components", "component_id"), ("invoice_line_items", "product_id"), ("order_line_items", "product_id"),
            ("offer_line_items", "product_id"), ("offer_optional_items", "product_id"), ("recurring_invoice_line_items", "product_id")];
        AreIndependent = true;
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Analytical engine\"");
        Text(x => x.Sku).Required().Search().Sort().Says("The stock keeping unit; unique.", "\"ENGINE-1\"");
        Money(x => x.Price).Between(0, null).Sort().Says("What one costs; lines of deals take it unless they state a price.", """{"amount": 4821.00, "currency": "EUR"}""");
        Money(x => x.Cost).Between(0, null).Sort().Says("What one costs you: the stock is worth that.", """{"amount": 3100.00, "currency": "EUR"}""");
        Boolean(x => x.IsActive).Says("Whether it is on offer.", "true");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("Free text.", "\"With mill and store\"");
        Reference(x => x.CategoryId, "product-categories").InTree().Says("The category it stands in.");
        Text(x => x.TaxCode).Limit(50).Says("Your class of goods, by which its rate of tax is found: see GET /tax-rates/resolve.", "\"STANDARD\"");
        Text(x => x.Unit).NotNull().Must(Unit.IsKnown, "must be a unit code of UN/ECE Recommendation 20").Says("What it is counted in, by the code of UN/ECE Recommendation 20: C62 (one), KGM, HUR, …", "\"C62\"");
        Boolean(x => x.IsStocked).Says("Whether stock is kept of it; not of services.", "true");
        Other(x => x.Components, FieldKind.Embedded).NotNull().NoFilter().Reads(ComponentsSql).ItemRefers(nameof(BundleComponent.ComponentId), "products")
            .Says("What it consists of, if it is a bundle, replaced whole. Orders take these from the stock, in quantity times that of the line.", "[]");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(ProductDetails details) => new CreateProduct(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<ProductDetails> patch) => new UpdateProduct(id, patch);
}

/// <summary>A product's own members, as events carry them.</summary>
public sealed record ProductState : ProductDetails;

internal sealed class ProductStateProfile : StateProfile<Product, ProductDetails, ProductState>;
