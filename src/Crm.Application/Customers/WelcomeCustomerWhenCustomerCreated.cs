using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Customers;

namespace Crm.Application.Customers;

/// <summary>Hands a new customer to the welcome e-mail, which is sent after commit, unless the tenant wants none or there is no address.</summary>
internal sealed class WelcomeCustomerWhenCustomerCreated(IRepository<Customer> customers, IOutbox outbox, IRequestContext context)
    : IDomainEventHandler<Created<Customer>>
{
    public async Task HandleAsync(Created<Customer> created, CancellationToken ct)
    {
        if (!context.Caller.Tenant.WelcomeEmail) return;
        var customer = await customers.GetAsync(created.Id, ct);
        if (customer.Details.Email is not null) outbox.Enqueue(created, WelcomeEmail.SinkName);
    }
}
