using Crm.Api.Http;
using Crm.Application.Outbox;

namespace Crm.Api.Endpoints;

internal sealed class DeadLetterEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Get<ListDeadLetters>("dead-letters");
        routes.Post<RetryDeadLetter>("dead-letters/{id}/retry");
    }
}
