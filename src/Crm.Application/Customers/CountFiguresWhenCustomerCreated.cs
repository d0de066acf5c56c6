using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Customers;

namespace Crm.Application.Customers;

/// <summary>A new customer begins with a won value of zero in the tenant's currency, not with none.</summary>
internal sealed class CountFiguresWhenCustomerCreated(ICustomerFigures figures) : IDomainEventHandler<Created<Customer>>
{
    public Task HandleAsync(Created<Customer> created, CancellationToken ct)
    {
        figures.Touch(created.Id);
        return Task.CompletedTask;
    }
}
