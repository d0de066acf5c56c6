using Crm.Api.Http;

namespace Crm.Api.Endpoints;

internal sealed class InvoiceEndpoints : IEndpoints
{
    public void Map(Routes routes) => routes.Resource("invoices");
}
