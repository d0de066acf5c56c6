using Crm.Application.Abstractions;
using Dapper;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Recomputes what customers derive from others' records (won value, last contact) after the save, in the same transaction. The
/// rows are locked first, in one order: the statement after the lock sees what a concurrent command committed. The lock goes together
/// with the one that <see cref="ReferenceCheck"/> took: of two commands about one customer one waits, and never both.
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
        var which = _all ? "" : "and c.id = any(@Ids)";
        await session.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            select c.id from crm.customers c where c.tenant_id = @TenantId {which} order by c.id for no key update;
            {Refresh} {which}
            """, new { session.TenantId, Ids = _customers.Order().ToArray() }, session.Transaction, cancellationToken: ct));
        Clear();
    }

    /// <summary>The amount of customer <c>c</c>'s won deals in the currency of settings <c>s</c>, as SQL.</summary>
    internal const string WonValue = """
        coalesce((
            select sum(d.value_amount) from crm.deals d
            where d.tenant_id = @TenantId and d.customer_id = c.id and d.status = 'WON' and d.value_currency = s.currency and d.deleted_at is null), 0)
        """;

    /// <summary>
    /// The day of customer <c>c</c>'s last activity in the zone of settings <c>s</c>, as SQL. Its activities are those linked to it, to one of its deals
    /// or to one of its contacts; each way has its own index. Days end where dates on the wire do: an instant of 9999 may be a day of
    /// 10000 in the tenant's zone.
    /// </summary>
    internal const string LastContact = """
        (select case when max(linked.latest) is not null
          then least(greatest((max(linked.latest) at time zone s.time_zone)::date, date '0001-01-01'), date '9999-12-31') end
        from (
          select max(a.occurred_at) as latest from crm.activities a
          where a.tenant_id = @TenantId and a.customer_id = c.id and a.deleted_at is null
          union all
          select max((
            select max(a.occurred_at) from crm.activities a where a.tenant_id = @TenantId and a.deal_id = d.id and a.deleted_at is null))
          from crm.deals d where d.tenant_id = @TenantId and d.customer_id = c.id and d.deleted_at is null
          union all
          select max((
            select max(a.occurred_at) from crm.activities a where a.tenant_id = @TenantId and a.contact_id = p.id and a.deleted_at is null))
          from crm.contacts p where p.tenant_id = @TenantId and p.customer_id = c.id and p.deleted_at is null) as linked)
        """;

    /// <summary>Recomputes customers <c>c</c>, which are held; to be narrowed by a further condition.</summary>
    internal const string Refresh = $"""
        update crm.customers c
        set won_value_currency = s.currency, won_value_amount = {WonValue}, last_contact_date = {LastContact}
        from crm.tenant_settings s
        where c.tenant_id = @TenantId and s.tenant_id = @TenantId
        """;
}
