using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Customers;

namespace Crm.Application.Customers;

/// <summary>How a customer is doing and what to do about it (product.md §2).</summary>
[Requires(Permissions.CustomersRead)]
public sealed record GetCustomerInsight(Guid Id) : IQuery<CustomerInsight>;

internal sealed class GetCustomerInsightHandler(IReadDb db, CustomerResource customers, IRequestContext context, TimeProvider clock)
    : IQueryHandler<GetCustomerInsight, CustomerInsight>
{
    public async Task<CustomerInsight> Handle(GetCustomerInsight query, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?>();
        var visible = RecordScope.Visible(customers, "c", context.Caller, parameters);
        var figures = await db.CustomerFiguresAsync(query.Id, context.Caller.Tenant, clock.GetUtcNow(), visible, parameters, ct);
        return CustomerInsight.Of(figures ?? throw CrmException.NotFound(customers.Singular));
    }
}
