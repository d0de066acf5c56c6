using Crm.Api.Http;
using Crm.Application.Outbox;

namespace Crm.Api.Endpoints;

internal sealed class DeadLetterEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("dead-letters", "Deliveries to other systems that were given up, and another try for them.");
        routes.Get<ListDeadLetters>("dead-letters");
        routes.Post<RetryDeadLetter>("dead-letters/{id}/retry");
    }
}
