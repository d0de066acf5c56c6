using Crm.Api.Http;
using Crm.Application.Webhooks;

namespace Crm.Api.Endpoints;

internal sealed class WebhookEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Reads("webhooks");
        routes.Post<CreateWebhook>("webhooks", Answers.CreatedRecord("webhooks"));
        routes.Changes("webhooks");
        routes.Put<PauseWebhook>("webhooks/{id}/pause", Answers.Record("webhooks"));
        routes.Put<ResumeWebhook>("webhooks/{id}/resume", Answers.Record("webhooks"));
        routes.Post<RotateWebhookSecret>("webhooks/{id}/rotate-secret", Answers.Record("webhooks"));
        routes.Post<TestWebhook>("webhooks/{id}/test");
        routes.Post<ReplayWebhook>("webhooks/{id}/replay");
        routes.Get<ListWebhookDeliveries>("webhooks/{id}/deliveries");
        routes.Get<GetWebhookDelivery>("webhooks/{id}/deliveries/{deliveryId}");
        routes.Post<RedeliverWebhookDelivery>("webhooks/{id}/deliveries/{deliveryId}/redeliver");
    }
}
