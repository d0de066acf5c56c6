using Crm.Application.Abstractions;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Customers;

namespace Crm.Application.Customers;

/// <summary>Hands a new customer to the welcome e-mail, which is sent after commit, unless the tenant wants none, there is no address, or the plan allows no more.</summary>
internal sealed class WelcomeCustomerWhenCustomerCreated(IRepository<Customer> customers, IOutbox outbox, IPlanUsage usage, IRequestContext context)
    : IDomainEventHandler<Created<Customer>>
{
    public async Task HandleAsync(Created<Customer> created, CancellationToken ct)
    {
        if (!context.Caller.Tenant.WelcomeEmail) return;
        var customer = await customers.GetAsync(created.Id, ct);
        // Nobody asked for it: where the plan allows no more, the customer is made without it.
        if (customer.Details.Email is not null && await usage.TryTakeAsync(LimitNames.Emails, ct)) outbox.Enqueue(created, WelcomeEmail.SinkName);
    }
}
