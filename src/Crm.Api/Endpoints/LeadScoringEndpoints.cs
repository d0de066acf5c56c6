using Crm.Api.Http;
using Crm.Application.Scoring;

namespace Crm.Api.Endpoints;

internal sealed class LeadScoringEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Reads("lead-scoring/models");
        routes.Post<TrainLeadScoringModel>("lead-scoring/models", Answers.CreatedRecord("lead-scoring/models"));
        routes.Delete<DeleteLeadScoringModel>("lead-scoring/models/{id}");
        routes.Put<ActivateLeadScoringModel>("lead-scoring/models/{id}/activate", Answers.Record("lead-scoring/models"));
        routes.Put<DeactivateLeadScoringModel>("lead-scoring/models/{id}/deactivate", Answers.Record("lead-scoring/models"));
        routes.Resource("lead-scoring/rules");
        routes.Get<GetLeadScore>("leads/{id}/score");
    }
}
