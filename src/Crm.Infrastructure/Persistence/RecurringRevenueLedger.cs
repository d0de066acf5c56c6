using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.RecurringInvoices;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Keeps what recurring invoices bring in a month, day by day, in the transaction that changes them. Entries are only added: the difference between what the ledger says from today on
/// and what the invoices say as they stand (<c>crm_read.recurring_revenue_terms</c>), so that a change of anything else adds nothing, and the past stays.
/// </summary>
internal sealed class RecurringRevenueLedger(TenantSession session, IRequestContext context, TimeProvider clock)
{
    private const string Into = "insert into crm.recurring_revenue_entries (tenant_id, recurring_invoice_id, customer_id, monthly_currency, effective_on, monthly_amount)";

    /// <summary>The entries that the ledger of a tenant lacks, by his present day.</summary>
    internal static readonly string Missing = Lacking("@TenantId", "", "(select (now() at time zone s.time_zone)::date from crm_read.tenant_settings s where s.tenant_id = @TenantId)");

    /// <summary>Adds what the ledger lacks. Who changes a recurring invoice adds to the ledger in the same transaction, so one statement sees both or neither.</summary>
    internal static readonly string Mend = $"{Into} {Missing}";

    private static readonly string Add = $"{Into} {Lacking("$1", "and t.recurring_invoice_id = any($2)", "$3")}";

    /// <summary>After the save: books what it changed. Sent with the next statement, for nobody waits for it.</summary>
    public void Book(IEnumerable<EntityEntry<AggregateRoot>> changed)
    {
        var ids = changed.Where(e => e.Entity is RecurringInvoice).Select(e => e.Entity.Id).ToArray();
        if (ids.Length == 0) return;
        session.Defer(new NpgsqlBatchCommand(Add)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = session.TenantId }, new NpgsqlParameter<Guid[]> { TypedValue = ids },
                new NpgsqlParameter<DateOnly> { TypedValue = TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow()) },
            },
        });
    }

    /// <summary>
    /// What should be booked from today on less what is, each as steps. What is booked before today counts as of today; and of one that has made its last invoice everything does,
    /// because its end is booked already: all of it together must be nothing.
    /// </summary>
    private static string Lacking(string tenant, string which, string today) => $"""
        with terms as (
          select t.recurring_invoice_id, t.customer_id, t.currency, t.amount, t.from_on, t.until_on, t.is_made, {today} as today from crm_read.recurring_revenue_terms t where t.tenant_id = {tenant} {which}),
        steps as (
          select t.recurring_invoice_id, t.customer_id, t.currency, greatest(t.from_on, t.today) as effective_on, t.amount from terms t
            where t.until_on is null or t.until_on > greatest(t.from_on, t.today)
          union all
          select t.recurring_invoice_id, t.customer_id, t.currency, t.until_on, -t.amount from terms t where t.until_on > greatest(t.from_on, t.today)
          union all
          select e.recurring_invoice_id, e.customer_id, e.monthly_currency, case when t.is_made then t.today else greatest(e.effective_on, t.today) end, -e.monthly_amount
          from terms t join crm_read.recurring_revenue_entries e on e.tenant_id = {tenant} and e.recurring_invoice_id = t.recurring_invoice_id)
        select {tenant}, s.recurring_invoice_id, s.customer_id, s.currency, s.effective_on, sum(s.amount) from steps s
        group by 2, 3, 4, 5 having sum(s.amount) <> 0
        """;
}
