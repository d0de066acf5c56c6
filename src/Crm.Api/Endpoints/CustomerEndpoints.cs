using Crm.Api.Http;
using Crm.Application.Customers;

namespace Crm.Api.Endpoints;

internal sealed class CustomerEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("customers");
        routes.Get<GetCustomerInsight>("customers/{id}/insight");
    }
}
