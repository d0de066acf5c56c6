using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Customers;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Customers;
using Crm.Domain.Deals;

namespace Crm.Application.Deals;

/// <summary>How likely a deal is won, why, and what to do next (product.md §4). Its age counts from the day it was opened.</summary>
[Requires(Permissions.DealsRead)]
public sealed record GetDealInsight(Guid Id) : IQuery<DealInsight>;

internal sealed class GetDealInsightHandler(IReadDb db, DealResource deals, IRequestContext context, TimeProvider clock) : IQueryHandler<GetDealInsight, DealInsight>
{
    private const string Sql = """
        select t.status as Status, s.name as Stage, s.probability as Probability, t.opened_on as OpenedOn, t.customer_id as CustomerId
        from crm_read.deals t join crm_read.pipeline_stages s on s.tenant_id = @TenantId and s.id = t.stage_id
        where t.id = @Id
        """;

    public async Task<DealInsight> Handle(GetDealInsight query, CancellationToken ct)
    {
        var (tenant, now) = (context.Caller.Tenant, clock.GetUtcNow());
        var parameters = new Dictionary<string, object?> { ["Id"] = query.Id };
        var deal = await db.FirstOrDefaultAsync<Row>($"{Sql} and {RecordScope.Of(deals, context.Caller, parameters, deleted: false)}", parameters, ct)
            ?? throw CrmException.NotFound(deals.Singular);
        var customer = deal.CustomerId is { } id && deal.Status == "OPEN" ? await db.CustomerFiguresAsync(id, tenant, now, null, [], ct) : null;
        int? engagement = customer is null ? null : CustomerInsight.Engagement(customer.ActivitiesLast30Days, customer.EmailOpenRate, customer.OpenDeals);
        var age = TimeZones.DayIn(tenant.TimeZone, now).DayNumber - deal.OpenedOn.DayNumber;
        return DealInsight.Of(Choices.Value<DealStatus>(deal.Status), deal.Stage, deal.Probability, engagement, age);
    }

    private sealed record Row(string Status, string Stage, int Probability, DateOnly OpenedOn, Guid? CustomerId);
}
