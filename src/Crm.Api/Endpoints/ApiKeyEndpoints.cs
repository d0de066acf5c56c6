using Crm.Api.Http;
using Crm.Application.ApiKeys;

namespace Crm.Api.Endpoints;

internal sealed class ApiKeyEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Reads("api-keys");
        routes.Post<CreateApiKey>("api-keys", Answers.CreatedRecord("api-keys"));
        routes.Delete<RevokeApiKey>("api-keys/{id}");
    }
}
