using Crm.Api.Http;
using Crm.Application.Events;

namespace Crm.Api.Endpoints;

internal sealed class EventEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("events", "Everything that happened, in order.");
        routes.Get<ListEvents>("events");
        routes.Get<StreamEvents>("events/stream", Answers.EventStream);
        routes.Post<IssueStreamTicket>("events/tickets", Answers.Created);
        routes.Get<OpenEventSocket>("events/ws", Answers.EventSocket);
    }
}
