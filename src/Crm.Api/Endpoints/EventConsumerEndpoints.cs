using Crm.Api.Http;
using Crm.Application.EventConsumers;

namespace Crm.Api.Endpoints;

internal sealed class EventConsumerEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("event-consumers");
        routes.Get<ListConsumerEvents>("event-consumers/{id}/events");
        routes.Post<AcknowledgeEvents>("event-consumers/{id}/acknowledge", Answers.Record("event-consumers"));
        routes.Post<RewindEventConsumer>("event-consumers/{id}/rewind", Answers.Record("event-consumers"));
    }
}
