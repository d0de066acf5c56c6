using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Customers;

namespace Crm.Application.Customers;

/// <summary>
/// Reads what a customer's insight is worked out from, in one statement. The figures are the customer's, whoever asks: like its won value
/// they count deals and activities the caller may not open. An activity is a customer's when it is linked to it, to one of its deals or
/// to one of its contacts, which are not deleted.
/// </summary>
internal static class CustomerFiguresReader
{
    // "offset 0" keeps the way from a deal to its activities, whatever is estimated of tables that were filled a moment ago.
    private const string Sql = """
        select case when c.last_contact_date is not null then greatest(0, clock.today - c.last_contact_date) end as DaysSinceContact, recent.number as Activities, deals.open as OpenDeals, deals.total as Deals,
               won.currencies as Currencies, won.amounts as Amounts
        from crm_read.customers c
        cross join (select (@Now::timestamptz at time zone @TimeZone)::date as today) as clock
        cross join lateral (select (clock.today - 30)::timestamp at time zone @TimeZone as since, (clock.today + 1)::timestamp at time zone @TimeZone as until) as days
        cross join lateral (
          select count(*)::int as number from (
            select a.id from crm_read.activities a
            where a.tenant_id = @TenantId and a.customer_id = c.id and a.occurred_at >= days.since and a.occurred_at < days.until and a.deleted_at is null
            union
            select a.id from crm_read.deals d
            cross join lateral (
              select a.id from crm_read.activities a
              where a.tenant_id = @TenantId and a.deal_id = d.id and a.occurred_at >= days.since and a.occurred_at < days.until and a.deleted_at is null offset 0) as a
            where d.tenant_id = @TenantId and d.customer_id = c.id and d.deleted_at is null
            union
            select a.id from crm_read.contacts p
            cross join lateral (
              select a.id from crm_read.activities a
              where a.tenant_id = @TenantId and a.contact_id = p.id and a.occurred_at >= days.since and a.occurred_at < days.until and a.deleted_at is null offset 0) as a
            where p.tenant_id = @TenantId and p.customer_id = c.id and p.deleted_at is null) as linked) as recent
        cross join lateral (
          select count(*) filter (where d.status = 'OPEN')::int as open, count(*)::int as total from crm_read.deals d
          where d.tenant_id = @TenantId and d.customer_id = c.id and d.deleted_at is null) as deals
        cross join lateral (
          select array_agg(w.currency order by w.currency) as currencies, array_agg(w.amount order by w.currency) as amounts
          from (
            select d.value_currency as currency, sum(d.value_amount) as amount from crm_read.deals d
            where d.tenant_id = @TenantId and d.customer_id = c.id and d.status = 'WON' and d.value_amount is not null and d.deleted_at is null
            group by d.value_currency) as w) as won
        where c.tenant_id = @TenantId and c.id = @Id and c.deleted_at is null
        """;

    /// <summary>The figures, or null when there is no such customer; <paramref name="visible"/> is a further condition on <c>c</c>.</summary>
    public static async Task<CustomerFigures?> CustomerFiguresAsync(this IReadDb db, Guid id, TenantProfile tenant, DateTimeOffset now, string? visible,
        Dictionary<string, object?> parameters, CancellationToken ct)
    {
        parameters["Id"] = id;
        parameters["Now"] = now;
        parameters["TimeZone"] = tenant.TimeZone;
        var row = await db.FirstOrDefaultAsync<Row>(visible is null ? Sql : $"{Sql} and {visible}", parameters, ct);
        if (row is null) return null;
        var won = (row.Currencies ?? []).Zip(row.Amounts ?? [], (currency, amount) => Money.Total(amount, currency)).ToList();
        return new CustomerFigures(won.Find(m => m.Currency == tenant.Currency) ?? Money.Zero(tenant.Currency), ValueList.Of(won.Where(m => m.Currency != tenant.Currency)),
            row.Activities, row.DaysSinceContact, row.OpenDeals, row.Deals, EmailOpenRate: 0);
    }

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record Row
    {
        public int? DaysSinceContact { get; init; }
        public int Activities { get; init; }
        public int OpenDeals { get; init; }
        public int Deals { get; init; }
        public string[]? Currencies { get; init; }
        public decimal[]? Amounts { get; init; }
    }
}
