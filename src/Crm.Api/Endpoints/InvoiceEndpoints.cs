using Crm.Api.Http;
using Crm.Application.Invoices;

namespace Crm.Api.Endpoints;

internal sealed class InvoiceEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("invoices");
        routes.Post<IssueInvoice>("invoices/{id}/issue", Answers.Record("invoices"));
        routes.Post<SendInvoice>("invoices/{id}/send", Answers.Record("invoices"));
        routes.Post<VoidInvoice>("invoices/{id}/void", Answers.Record("invoices"));
        routes.Post<CreditInvoice>("invoices/{id}/credit-notes", Answers.CreatedRecord("invoices"));
        routes.Post<RemindInvoice>("invoices/{id}/remind", Answers.Record("invoices"));
        routes.Get<ListInvoiceReminders>("invoices/{id}/reminders");
        routes.Get<GetInvoicePdf>("invoices/{id}/pdf", Answers.Content);
        routes.Get<GetInvoiceUbl>("invoices/{id}/ubl", Answers.Content);
        routes.Post<InvoiceDeal>("deals/{id}/invoice", Answers.CreatedRecord("invoices"));
    }
}
