using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class CustomerEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Resource("customers");
}
