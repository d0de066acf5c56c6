using Crm.Api.Http;
using Crm.Application.Tax;

namespace Crm.Api.Endpoints;

internal sealed class TaxRateEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("tax-rates");
        routes.Get<ResolveTaxRate>("tax-rates/resolve");
    }
}
