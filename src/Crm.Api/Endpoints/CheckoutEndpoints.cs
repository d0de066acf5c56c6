using Crm.Api.Http;
using Crm.Application.Checkouts;

namespace Crm.Api.Endpoints;

internal sealed class CheckoutEndpoints : IEndpoints
{
    private const int EventLimit = 1 << 20;

    public void Map(Routes routes)
    {
        routes.Post<CreateCheckout>("invoices/{id}/checkouts", Answers.Created);
        routes.Get<ListInvoiceCheckouts>("invoices/{id}/checkouts");
        routes.Post<CreateChargeCheckout>("subscription/charges/{id}/checkouts", Answers.Created);
        routes.About("settings", "How the organization is paid.");
        routes.Get<GetPaymentSettings>("settings/payments");
        routes.Put<SetPaymentSettings>("settings/payments");
        routes.Delete<RemovePaymentSettings>("settings/payments");
        routes.Raw<ReceiveStripeEvent>("hooks/stripe/{tenant}", "application/json", EventLimit, CheckoutNews.SignatureHeader);
        routes.Raw<ReceivePlatformStripeEvent>("hooks/stripe", "application/json", EventLimit, CheckoutNews.SignatureHeader);
    }
}
