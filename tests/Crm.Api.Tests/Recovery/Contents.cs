namespace Crm.Api.Tests.Recovery;

/// <summary>What a database holds, to compare two.</summary>
internal static class Contents
{
    /// <summary>A digest of every row of every table of the schema, by table; the epoch aside, which a restore raises, the ids that rows of
    /// sums get by chance, and when a migration wrote the plans. To be asked by a superuser.</summary>
    internal const string Digest = """
        select string_agg(table_name || ' ' || (xpath('/row/d/text()', query_to_xml(format(
          'select count(*) || '' '' || coalesce(md5(string_agg(md5(t), '''' order by md5(t))), '''') as d from (select (to_jsonb(r) - %L)::text as t from crm.%I r) as rows',
          case table_name when 'deal_figures' then 'id' when 'recurring_revenue_entries' then 'id' when 'plans' then 'updated_at' else '' end, table_name), false, true, '')))[1]::text,
          e'\n' order by table_name)
        from information_schema.tables where table_schema = 'crm' and table_type = 'BASE TABLE' and table_name not in ('service_state', 'schema_objects')
        """;
}
