using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class ActivityEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Resource("activities");
}
