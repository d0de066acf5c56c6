using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class LeadEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Resource("leads");
}
