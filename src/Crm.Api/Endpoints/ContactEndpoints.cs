using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class ContactEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Resource("contacts");
}
