using Crm.Api.Http;
using Crm.Application.Tenants;

namespace Crm.Api.Endpoints;

internal sealed class TenantEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Get<GetTenant>("tenant");
        routes.Patch<UpdateTenant>("tenant", Answers.Record("tenant"));
        routes.Singleton<GetTenantProfile>(TenantProfileResource.Own);
    }
}
