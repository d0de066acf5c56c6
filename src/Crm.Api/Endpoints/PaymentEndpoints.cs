using Crm.Api.Http;
using Crm.Application.Payments;

namespace Crm.Api.Endpoints;

internal sealed class PaymentEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("payments");
        routes.Post<AllocatePayment>("payments/{id}/allocations", Answers.Record("payments"));
        routes.Delete<RemoveAllocation>("payments/{id}/allocations/{allocationId}");
        routes.Post<RefundPayment>("payments/{id}/refunds", Answers.Record("payments"));
        routes.Reads("receivable-entries");
        routes.Post<ReverseReceivableEntry>("receivable-entries/{id}/reverse", Answers.CreatedRecord("receivable-entries"));
        routes.Get<GetCustomerReceivable>("customers/{id}/receivable");
        routes.Post<WriteOffInvoice>("invoices/{id}/write-off", Answers.Record("invoices"));
        routes.Post<RefundInvoice>("invoices/{id}/refunds", Answers.Record("invoices"));
    }
}
