namespace Crm.Application.Events;

/// <summary>How a record's last state is read from the log, as the <c>data</c> of an event that has nothing else.</summary>
internal static class LastState
{
    /// <summary>A subquery over the record <c>t</c>.</summary>
    public const string Sql = """
        (select jsonb_build_object('record', e.state)::text from crm_read.events e
          where e.tenant_id = @TenantId and e.aggregate_id = t.id and e.state is not null order by e.version desc, e.n desc limit 1)
        """;
}
