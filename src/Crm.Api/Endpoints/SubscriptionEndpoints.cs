using Crm.Api.Http;
using Crm.Application.Subscriptions;

namespace Crm.Api.Endpoints;

internal sealed class SubscriptionEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("plans", "What whoever runs the service offers, and for which price.");
        routes.Get<ListPlans>("plans");
        routes.About("subscription", "What your organization has agreed with whoever runs the service, what it owes, and how much it uses.");
        routes.Get<GetSubscription>("subscription");
        routes.Get<GetSubscriptionUsage>("subscription/usage");
        routes.Get<GetSubscriptionHistory>("subscription/history");
        routes.Get<GetSubscriptionCharges>("subscription/charges");
        routes.Get<GetProration>("subscription/proration");
        routes.Post<ChangeSubscription>("subscription/change");
        routes.Post<CancelSubscription>("subscription/cancel");
        routes.Post<ResumeSubscription>("subscription/resume");
    }
}
