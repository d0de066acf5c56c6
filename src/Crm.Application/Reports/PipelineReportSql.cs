namespace Crm.Application.Reports;

/// <summary>The one statement of the pipeline report: what is in scope once, then its groups and its totals.</summary>
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
        ["product"] = new("l.product_id::text", "p.name", "0", Product, "coalesce(l.currency, d.currency)", "coalesce(l.value, d.value)", "coalesce(l.value, d.value) * d.probability"),
        ["month"] = new("to_char(d.closed_month, 'YYYY-MM')", "null", "0"),
        ["quarter"] = new("to_char(d.closed_month, 'YYYY-\"Q\"Q')", "null", "0"),
    };

    /// <summary>One row for each deal.</summary>
    private const string Deals = """
        select t.deal_id as id, t.owner_id, t.status, t.stage_id, s.name as stage, s.position, coalesce(t.currency, @Currency) as currency, t.closed_month, t.deals, t.value,
               t.weighted + coalesce(t.unweighted * s.probability, 0) as weighted, t.cycles, t.cycle_days,
               case t.status when 'WON' then 100 when 'LOST' then 0 else coalesce(t.probability, s.probability) end as probability
        from crm_read.deal_terms t
        left join crm_read.pipeline_stages s on s.tenant_id = @TenantId and s.id = t.stage_id
        """;

    /// <summary>The same added up already, by all that this report groups by but products.</summary>
    private const string Figures = """
        select t.owner_id, t.status, t.stage_id, s.name as stage, s.position, coalesce(t.currency, @Currency) as currency, t.closed_month, t.deals, t.value,
               t.weighted + coalesce(t.unweighted * s.probability, 0) as weighted, t.cycles, t.cycle_days
        from crm_read.deal_figures t
        left join crm_read.pipeline_stages s on s.tenant_id = @TenantId and s.id = t.stage_id
        """;

    /// <summary>Whether the sums that are kept can tell it: they know nothing of lines.</summary>
    public static bool IsKept(string grouping) => grouping != "product";

    /// <summary>The statement for one grouping of the deals <paramref name="scope"/> selects.</summary>
    public static string OfDeals(string grouping, string scope) => By(Groupings[grouping], $"{Deals} where {scope}");

    /// <summary>The same of the sums that are kept.</summary>
    public static string OfFigures(string grouping, string scope) => By(Groupings[grouping], $"{Figures} where {scope}");

    private static string By(Grouping by, string source) => $"""
        with deals as materialized (
          {source}),
        keyed as (
          select false as total, {by.Key} as key, {by.Label} as label, {by.Rank} as rank, {by.Currency} as currency, {by.Value} as value, {by.Weighted} as weighted,
                 d.status, d.deals, d.cycles, d.cycle_days
          from deals d {by.Joins}
          union all
          select true, null, null, 0, d.currency, d.value, d.weighted, d.status, d.deals, d.cycles, d.cycle_days from deals d)
        select k.total as IsTotal, k.key as Key, k.label as Label, k.currency as Currency, sum(k.deals)::bigint as Count, sum(k.value) as Value,
               sum(k.weighted) / 100 as WeightedValue,
               coalesce(sum(k.deals) filter (where k.status = 'OPEN'), 0)::bigint as Open,
               coalesce(sum(k.deals) filter (where k.status = 'WON'), 0)::bigint as Won,
               coalesce(sum(k.deals) filter (where k.status = 'LOST'), 0)::bigint as Lost,
               coalesce(sum(k.value) filter (where k.status = 'WON'), 0) as WonValue,
               trim_scale(round(coalesce(sum(k.deals) filter (where k.status = 'WON'), 0) / nullif(sum(k.deals) filter (where k.status <> 'OPEN'), 0), 10)) as WinRate,
               trim_scale(round(sum(k.cycle_days) / nullif(sum(k.cycles), 0), 6)) as AverageWonCycleDays
        from keyed k
        group by k.total, k.key, k.label, k.rank, k.currency
        having sum(k.deals) <> 0
        order by k.total, k.rank, coalesce(k.label, k.key) nulls last, k.key, k.currency
        """;

    private sealed record Grouping(string Key, string Label, string Rank, string Joins = "", string Currency = "d.currency", string Value = "d.value", string Weighted = "d.weighted");
}
