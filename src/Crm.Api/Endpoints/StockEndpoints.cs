using Crm.Api.Http;
using Crm.Application.Stock;

namespace Crm.Api.Endpoints;

internal sealed class StockEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("warehouses");
        routes.Reads("stock");
        routes.Reads("stock-movements");
        routes.Batch("stock-movements");
        routes.Post<MoveStock>("stock-movements", Answers.CreatedRecord("stock-movements"));
    }
}
