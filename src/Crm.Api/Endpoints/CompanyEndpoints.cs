using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class CompanyEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Resource("companies");
}
