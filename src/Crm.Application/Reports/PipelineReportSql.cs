namespace Crm.Application.Reports;

/// <summary>The one statement of the pipeline report: the deals in scope once, then their groups and their totals.</summary>
internal static class PipelineReportSql
{
    private const string Owner = "left join crm_read.members m on m.tenant_id = @TenantId and m.id = d.owner_id";
    private const string Team = Owner + " left join crm_read.teams g on g.tenant_id = @TenantId and g.id = m.team_id";

    /// <summary>A deal has one row for each of its products, worth what its lines of that product are; without lines it is itself.</summary>
    private const string Product = """
        left join (
          select i.deal_id, i.product_id, i.unit_price_currency as currency, coalesce(sum(i.quantity * i.unit_price_amount), 0) as value
          from crm_read.deal_line_items i where i.tenant_id = @TenantId and i.deleted_at is null
          group by i.deal_id, i.product_id, i.unit_price_currency) l on l.deal_id = d.id
        left join crm_read.products p on p.tenant_id = @TenantId and p.id = l.product_id
        """;

    private static readonly Dictionary<string, Grouping> Groupings = new(StringComparer.Ordinal)
    {
        ["stage"] = new("d.stage_id::text", "d.stage", "d.position"),
        ["status"] = new("d.status", "null", "case d.status when 'OPEN' then 0 when 'WON' then 1 else 2 end"),
        ["owner"] = new("d.owner_id::text", "m.full_name", "0", Owner),
        ["team"] = new("g.id::text", "g.name", "0", Team),
        ["region"] = new("g.region", "null", "0", Team),
        ["product"] = new("l.product_id::text", "p.name", "0", Product, "coalesce(l.currency, d.currency)", "coalesce(l.value, d.value)"),
        ["month"] = new("to_char(d.actual_close_date, 'YYYY-MM')", "null", "0"),
        ["quarter"] = new("to_char(d.actual_close_date, 'YYYY-\"Q\"Q')", "null", "0"),
    };

    /// <summary>The statement for one grouping of the deals <paramref name="scope"/> selects.</summary>
    public static string By(string grouping, string scope)
    {
        var by = Groupings[grouping];
        return $"""
            with deals as materialized (
              select t.id, t.owner_id, t.status, t.stage_id, s.name as stage, s.position, t.opened_on, t.actual_close_date,
                     coalesce(t.value_currency, @Currency) as currency, coalesce(t.value_amount, 0) as value,
                     case t.status when 'WON' then 100 when 'LOST' then 0 else coalesce(t.probability, s.probability) end as probability
              from crm_read.deals t left join crm_read.pipeline_stages s on s.tenant_id = @TenantId and s.id = t.stage_id
              where {scope}),
            keyed as (
              select false as total, {by.Key} as key, {by.Label} as label, {by.Rank} as rank, {by.Currency} as currency, {by.Value} as value,
                     d.probability, d.status, d.opened_on, d.actual_close_date
              from deals d {by.Joins}
              union all
              select true, null, null, 0, d.currency, d.value, d.probability, d.status, d.opened_on, d.actual_close_date from deals d)
            select k.total as IsTotal, k.key as Key, k.label as Label, k.currency as Currency, count(*) as Count, sum(k.value) as Value,
                   sum(k.value * k.probability / 100) as WeightedValue,
                   count(*) filter (where k.status = 'OPEN') as Open,
                   count(*) filter (where k.status = 'WON') as Won,
                   count(*) filter (where k.status = 'LOST') as Lost,
                   coalesce(sum(k.value) filter (where k.status = 'WON'), 0) as WonValue,
                   trim_scale(round(count(*) filter (where k.status = 'WON')::numeric / nullif(count(*) filter (where k.status <> 'OPEN'), 0), 10)) as WinRate,
                   trim_scale(round(avg(k.actual_close_date - k.opened_on) filter (where k.status = 'WON'), 6)) as AverageWonCycleDays
            from keyed k
            group by k.total, k.key, k.label, k.rank, k.currency
            order by k.total, k.rank, coalesce(k.label, k.key) nulls last, k.key, k.currency
            """;
    }

    private sealed record Grouping(string Key, string Label, string Rank, string Joins = "", string Currency = "d.currency", string Value = "d.value");
}
