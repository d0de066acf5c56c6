using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Customers;

namespace Crm.Application.Customers;

/// <summary>Changes what is stated about a customer.</summary>
[Requires(Permissions.CustomersWrite)]
public sealed record UpdateCustomer(Guid Id, Patch<CustomerDetails> Changes) : ChangesRecord<Customer, CustomerDetails>(Id, Changes);

internal sealed class UpdateCustomerHandler(IRepository<Customer> customers) : RevisesRecord<UpdateCustomer, Customer, CustomerDetails>(customers);
