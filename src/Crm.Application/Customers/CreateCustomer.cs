using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Customers;
using FluentValidation;

namespace Crm.Application.Customers;

/// <summary>Opens a customer's account, which starts its onboarding. An e-mail that is taken is DUPLICATE.</summary>
[Requires(Permissions.CustomersWrite)]
public sealed record CreateCustomer(CustomerDetails Details) : ICommand<Guid>;

internal sealed class CreateCustomerValidator : AbstractValidator<CreateCustomer>
{
    public CreateCustomerValidator(CustomerResource customers) => RuleFor(c => c.Details).Meets(customers);
}

internal sealed class CreateCustomerHandler(IRepository<Customer> customers, INumbers numbers, TimeProvider clock) : ICommandHandler<CreateCustomer, Guid>
{
    public async Task<Guid> Handle(CreateCustomer command, CancellationToken ct)
    {
        var customer = Customer.Open(Ids.New(clock.GetUtcNow()), await numbers.NextAsync("customer", ct), command.Details);
        customers.Add(customer);
        return customer.Id;
    }
}
