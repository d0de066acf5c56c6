using Crm.Application.Abstractions;
using Crm.Application.Products;
using Crm.Domain.Products;
using Dapper;

namespace Crm.Infrastructure.Persistence;

internal sealed class ProductRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<Product>(db, context), IProductRepository
{
    private const string Faults = """
        select exists (select from crm.product_components c where c.tenant_id = @TenantId and c.product_id = any(@Components) and c.deleted_at is null) as HasBundle,
          exists (select from crm.product_components c where c.tenant_id = @TenantId and c.component_id = @Id and c.deleted_at is null) as IsPart,
          exists (select from crm.stocks s where s.tenant_id = @TenantId and s.product_id = @Id and s.deleted_at is null and s.on_hand > 0) as HasStock
        """;

    public async Task CheckBundleAsync(Product product, CancellationToken ct)
    {
        if (!product.IsBundle) return;
        await session.HoldAsync("bundles", ct);
        var faults = await session.Connection.QuerySingleAsync<(bool HasBundle, bool IsPart, bool HasStock)>(new CommandDefinition(Faults,
            new { session.TenantId, product.Id, Components = product.Details.Components.Select(c => c.ComponentId).ToArray() }, session.Transaction, cancellationToken: ct));
        if (faults.HasBundle) throw ProductErrors.NestedBundle("A component of it is a bundle.");
        if (faults.IsPart) throw ProductErrors.NestedBundle("It is part of a bundle.");
        if (faults.HasStock) throw ProductErrors.NestedBundle("There is stock of it.");
    }
}
