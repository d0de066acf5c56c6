using Crm.Api.Http;
using Crm.Application.Pricing;

namespace Crm.Api.Endpoints;

internal sealed class PriceBookEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("price-books");
        routes.Resource("prices");
        routes.Get<GetProductPrice>("products/{id}/price");
    }
}
