using Crm.Api.Http;
using Crm.Application.Analytics;

namespace Crm.Api.Endpoints;

internal sealed class AnalyticsEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("analytics", "What the event log tells about how work goes: counts, rates, funnels.");
        routes.Get<GetEventCounts>("analytics/events");
        routes.Get<GetEventFunnel>("analytics/funnel");
        routes.Get<GetEventChain>("events/{id}/chain");
    }
}
