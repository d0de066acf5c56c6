using Crm.Application.Abstractions;
using Dapper;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Recomputes what customers derive from others' records (won value, last contact) after the save, in the same transaction. The
/// rows are locked first, in one order: the statement after the lock sees what a concurrent command committed.
/// </summary>
internal sealed class DerivedFigures : ICustomerFigures
{
    private readonly HashSet<Guid> _customers = [];
    private bool _all;

    public void Touch(Guid? customerId)
    {
        if (customerId is { } id) _customers.Add(id);
    }

    public void TouchAll() => _all = true;

    public void Clear()
    {
        _customers.Clear();
        _all = false;
    }

    public async Task RefreshAsync(TenantSession session, CancellationToken ct)
    {
        if (_customers.Count == 0 && !_all) return;
        var parameters = new { session.TenantId, Ids = _customers.Order().ToArray(), All = _all };
        await session.Connection.ExecuteAsync(new CommandDefinition(
            "select id from crm.customers where tenant_id = @TenantId and (@All or id = any(@Ids)) order by id for update", parameters, session.Transaction, cancellationToken: ct));
        await session.Connection.ExecuteAsync(new CommandDefinition(Refresh, parameters, session.Transaction, cancellationToken: ct));
        Clear();
    }

    private const string Refresh = """
        update crm.customers c
        set won_value_currency = s.currency,
            won_value_amount = coalesce((
                select sum(d.value_amount) from crm.deals d
                where d.tenant_id = @TenantId and d.customer_id = c.id and d.status = 'WON' and d.value_currency = s.currency and d.deleted_at is null), 0),
            last_contact_date = (
                select max((a.occurred_at at time zone s.time_zone)::date) from crm.activities a
                where a.tenant_id = @TenantId and a.deleted_at is null
                  and (a.customer_id = c.id
                    or a.deal_id in (select d.id from crm.deals d where d.tenant_id = @TenantId and d.customer_id = c.id)
                    or a.contact_id in (select p.id from crm.contacts p where p.tenant_id = @TenantId and p.customer_id = c.id)))
        from crm.tenant_settings s
        where c.tenant_id = @TenantId and (@All or c.id = any(@Ids)) and s.tenant_id = @TenantId
        """;
}
