using Crm.Api.Http;
using Crm.Application.Platform;

namespace Crm.Api.Endpoints;

internal sealed class PlatformEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("platform", "For whoever runs the service: its organizations, plans and charges. A key of its own opens it, and nothing else.");
        routes.Get<ListPlatformTenants>("platform/tenants");
        routes.Get<GetPlatformTenant>("platform/tenants/{id}");
        routes.Post<SuspendTenant>("platform/tenants/{id}/suspend");
        routes.Post<RestoreTenant>("platform/tenants/{id}/restore");
        routes.Put<SetTenantPlan>("platform/tenants/{id}/plan");
        routes.Get<ListPlatformPlans>("platform/plans");
        routes.Get<GetPlatformPlan>("platform/plans/{code}");
        routes.Patch<UpdatePlan>("platform/plans/{code}");
        routes.Get<ListPlatformCharges>("platform/charges");
        routes.Post<PayCharge>("platform/charges/{id}/pay");
        routes.Get<GetRegistrationReport>("platform/reports/registrations");
        routes.Get<GetActiveUserReport>("platform/reports/active-users");
        routes.Get<GetPlanReport>("platform/reports/plans");
        routes.Get<GetUpgradeReport>("platform/reports/upgrades");
        routes.Get<GetSubscriptionRevenueReport>("platform/reports/recurring-revenue");
        routes.Get<GetPlatformLog>("platform/log");
    }
}
