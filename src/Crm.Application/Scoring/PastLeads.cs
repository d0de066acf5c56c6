using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>
/// The tenant's decided leads, each as the log says it was before it was decided: what was written into it at or after its conversion, or when it was given up, cannot
/// leak into what is learnt. LOST and UNQUALIFIED both count as lost.
/// </summary>
public sealed class PastLeads(IReadDb db, IRequestContext context) : ISharedByUseCases
{
    /// <summary>The most that one model is fitted on: the last ones that changed.</summary>
    private const int Most = 50_000;

    private const string Sql = """
        select l.id as Id, l.status = 'CONVERTED' as Won, jsonb_build_object('record', coalesce(before.state, first.state))::text as Data
        from (
          select t.id, t.status from crm_read.leads t
          where t.tenant_id = @TenantId and t.deleted_at is null and t.status in ('CONVERTED', 'LOST', 'UNQUALIFIED') order by t.updated_at desc, t.id limit @Most) as l
        left join lateral (
          select e.state from crm_read.events e
          where e.tenant_id = @TenantId and e.aggregate_id = l.id and e.state is not null and e.state ->> 'status' not in ('CONVERTED', 'LOST', 'UNQUALIFIED')
          order by e.version desc, e.n desc limit 1) as before on true
        left join lateral (
          select e.state from crm_read.events e where e.tenant_id = @TenantId and e.aggregate_id = l.id and e.state is not null order by e.version, e.n limit 1) as first on before.state is null
        """;

    /// <summary>Reads them. One that came decided is as it was when it came.</summary>
    internal async Task<IReadOnlyList<PastLead>> ReadAsync(IReadOnlyCollection<string> exclude, CancellationToken ct)
    {
        var fields = context.Caller.CustomFields.Of("leads");
        var rows = await db.QueryAsync<Row>(Sql, new { Most }, ct);
        return [.. rows.Select(r => new PastLead(r.Id, LeadFacts.Of(CustomFieldNames.Told(fields, r.Data).GetProperty("record"), fields, exclude), r.Won))];
    }

    private sealed record Row(Guid Id, bool Won, string Data);
}
