using Crm.Api.Http;
using Crm.Application.CustomFields;

namespace Crm.Api.Endpoints;

internal sealed class CustomFieldEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("custom-fields");
        routes.Put<RetireCustomField>("custom-fields/{id}/retire", Answers.Record("custom-fields"));
        routes.Put<ReinstateCustomField>("custom-fields/{id}/reinstate", Answers.Record("custom-fields"));
    }
}
