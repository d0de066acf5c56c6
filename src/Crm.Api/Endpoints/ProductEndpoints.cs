using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class ProductEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("products");
        routes.Resource("product-categories");
    }
}
