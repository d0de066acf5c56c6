using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Products;

namespace Crm.Application.Products;

/// <summary>Changes a product. Lines of deals keep the price they were sold at.</summary>
[Requires(Permissions.ProductsWrite)]
public sealed record UpdateProduct(Guid Id, Patch<ProductDetails> Changes) : ChangesRecord<Product, ProductDetails>(Id, Changes);

internal sealed class UpdateProductHandler(IRepository<Product> products) : RevisesRecord<UpdateProduct, Product, ProductDetails>(products);
