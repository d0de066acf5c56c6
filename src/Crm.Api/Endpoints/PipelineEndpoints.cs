using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class PipelineEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Resource("pipelines");
}
