using Crm.Api.Http;
using Crm.Application.RecurringInvoices;

namespace Crm.Api.Endpoints;

internal sealed class RecurringInvoiceEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("recurring-invoices");
        routes.Post<PauseRecurringInvoice>("recurring-invoices/{id}/pause", Answers.Record("recurring-invoices"));
        routes.Post<ResumeRecurringInvoice>("recurring-invoices/{id}/resume", Answers.Record("recurring-invoices"));
        routes.Post<EndRecurringInvoice>("recurring-invoices/{id}/end", Answers.Record("recurring-invoices"));
        routes.Get<ListRecurringInvoiceInvoices>("recurring-invoices/{id}/invoices");
    }
}
