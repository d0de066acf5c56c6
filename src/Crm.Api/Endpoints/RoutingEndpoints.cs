using Crm.Api.Http;
using Crm.Application.Routing;

namespace Crm.Api.Endpoints;

internal sealed class RoutingEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("routing-rules");
        routes.Post<RouteLead>("leads/{id}/route");
        routes.Get<GetLeadRouting>("leads/{id}/routing");
    }
}
