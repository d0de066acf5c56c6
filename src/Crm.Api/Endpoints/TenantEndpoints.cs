using Crm.Api.Http;
using Crm.Application.Tenants;

namespace Crm.Api.Endpoints;

internal sealed class TenantEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Get<GetTenant>("tenant");
        routes.Patch<UpdateTenant>("tenant", Answers.Record("tenant"));
        routes.Get<GetTenantProfile>("tenant/profile", of: TenantProfileResource.Own);
        routes.Put<UpdateTenantProfile>("tenant/profile", Answers.Record(TenantProfileResource.Own), of: TenantProfileResource.Own);
        routes.Patch<UpdateTenantProfile>("tenant/profile", Answers.Record(TenantProfileResource.Own), of: TenantProfileResource.Own);
    }
}
