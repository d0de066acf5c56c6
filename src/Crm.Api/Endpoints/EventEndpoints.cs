using Crm.Api.Http;
using Crm.Application.Events;

namespace Crm.Api.Endpoints;

internal sealed class EventEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Get<ListEvents>("events");
}
