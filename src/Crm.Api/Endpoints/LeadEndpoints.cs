using Crm.Api.Http;
using Crm.Application.Leads;

namespace Crm.Api.Endpoints;

internal sealed class LeadEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("leads");
        routes.Post<ConvertLead>("leads/{id}/convert");
    }
}
