using Crm.Api.Http;
using Crm.Application.Matching;

namespace Crm.Api.Endpoints;

internal sealed class MatchingEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Get<GetPaymentMatches>("payments/{id}/matches");
        routes.Post<MatchPayment>("payments/{id}/match", Answers.Record("payments"));
        routes.Post<MatchPayments>("payments/match", Answers.Accepted);
    }
}
