using Crm.Api.Http;
using Crm.Application.Deals;

namespace Crm.Api.Endpoints;

internal sealed class DealEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("deals");
        routes.Put<MoveDeal>("deals/{id}/stage", Answers.Record("deals"));
        routes.Get<GetStageHistory>("deals/{id}/stage-history");
        routes.Get<GetDealInsight>("deals/{id}/insight");
    }
}
