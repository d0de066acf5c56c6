using Crm.Api.Http;
using Crm.Application.Orders;

namespace Crm.Api.Endpoints;

internal sealed class OrderEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("orders");
        routes.Post<ConfirmOrder>("orders/{id}/confirm", Answers.Record("orders"));
        routes.Post<FulfilOrder>("orders/{id}/fulfil", Answers.Record("orders"));
        routes.Post<CancelOrder>("orders/{id}/cancel", Answers.Record("orders"));
        routes.Post<InvoiceOrder>("orders/{id}/invoice", Answers.CreatedRecord("invoices"));
        routes.Get<GetOrderPdf>("orders/{id}/pdf", Answers.Content);
        routes.Post<OrderDeal>("deals/{id}/order", Answers.CreatedRecord("orders"));
    }
}
