using Crm.Application.Abstractions;
using Crm.Domain.Products;

namespace Crm.Application.Products;

/// <summary>Loads products, and answers what only the database knows about bundles.</summary>
public interface IProductRepository : IRepository<Product>
{
    /// <summary>
    /// Refuses what would put a bundle into a bundle: orders take the components from the stock, one level deep. Of two who try it from both sides one waits, and sees the other's.
    /// </summary>
    /// <exception cref="Crm.Domain.Common.CrmException">INVALID_STATE on <c>components</c>: one of them is a bundle, or it is part of one, or it has stock of its own.</exception>
    Task CheckBundleAsync(Product product, CancellationToken ct);
}
