namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>A rule that keeps tenants apart; <paramref name="Sql"/> names what breaks it, one text a row.</summary>
internal sealed record TableRule(string Name, string Sql);

/// <summary>
/// What must hold of every table of the schema, whichever migration made it. A tenant's table is one with row-level security or with a
/// reading view: taking away either does not take the table out of the rules.
/// </summary>
internal static class TableRules
{
    private const string Tables = """
        with t as (
          select c.oid, c.relname::text as name, c.relowner, c.relrowsecurity, c.relforcerowsecurity,
            c.relrowsecurity or exists (select from pg_class v where v.relnamespace = 'crm_read'::regnamespace and v.relname = c.relname) as of_tenants
          from pg_class c where c.relnamespace = 'crm'::regnamespace and c.relkind in ('r', 'p'))
        """;

    private const string Own = "(tenant_id = (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid)";

    internal static IReadOnlyList<TableRule> All { get; } =
    [
        new("Every tenant table has row-level security, forced on its owner too", $"""
            {Tables}
            select name from t where of_tenants and not (relrowsecurity and relforcerowsecurity) order by 1
            """),
        new("Every tenant table has the policies of the tenant and of the reader, and no other", $"""
            {Tables}, policies as (
              select tablename::text as name, string_agg(concat_ws(' ', policyname, permissive, roles::text, cmd, qual, 'check', with_check), '; ' order by policyname) as those
              from pg_policies where schemaname = 'crm' group by tablename)
            select t.name || ' has ' || coalesce(p.those, 'none')
            from t left join policies p on p.name = t.name
            where of_tenants and p.those is distinct from format(
              'reader PERMISSIVE {"{crm_reader}"} SELECT true check; tenant PERMISSIVE %s ALL {Own} check {Own}',
              (select array_agg(r order by r) from unnest(array['crm_app'::name, pg_get_userbyid(t.relowner)]) r)::text)
            order by 1
            """),
        new("Every tenant table has a reading view of all its columns and of the tenant's rows, which belongs to the reader", $"""
            {Tables}
            select t.name from t left join pg_class v on v.relnamespace = 'crm_read'::regnamespace and v.relname = t.name and v.relkind = 'v'
            where of_tenants and not coalesce(
              pg_get_userbyid(v.relowner) = 'crm_reader' and v.reloptions is null
              and pg_get_viewdef(v.oid) like '%WHERE (%tenant_id = (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid);'
              and array(select attname::text from pg_attribute where attrelid = v.oid and attnum > 0 order by attnum)
                = array(select attname::text from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped order by attnum), false)
            order by 1
            """),
        new("The service may read and write tenant tables, may not change their log, and reads through the views", $"""
            {Tables}
            select name from t where of_tenants and not (
              has_table_privilege('crm_app', oid, 'select') and has_table_privilege('crm_app', oid, 'insert') and has_table_privilege('crm_reader', oid, 'select')
              and has_table_privilege('crm_app', oid, 'update') = has_table_privilege('crm_app', oid, 'delete')
              and not (name in ('events', 'audit_log') and has_table_privilege('crm_app', oid, 'update, delete'))
              and not has_table_privilege('crm_app', oid, 'truncate, references, trigger')
              and coalesce(has_table_privilege('crm_app', (select v.oid from pg_class v where v.relnamespace = 'crm_read'::regnamespace and v.relname = t.name), 'select'), false))
            order by 1
            """),
        new("Every table has a primary key, and keys and indexes of tenant tables start with the tenant", $"""
            {Tables}
            select t.name || ': ' || i.indexrelid::regclass from t join pg_index i on i.indrelid = t.oid
              left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
            where of_tenants and a.attname is distinct from 'tenant_id'
            union all
            select t.name || ': no primary key' from t where not exists (select from pg_constraint where conrelid = t.oid and contype = 'p')
            order by 1
            """),
        new("Foreign keys of tenant tables start with the tenant, are deferred and act on nothing", $"""
            {Tables}
            select t.name || ': ' || f.conname
            from pg_constraint f join t on t.oid = f.conrelid join t as p on p.oid = f.confrelid
            where f.contype = 'f' and (
              not f.condeferred or f.confdeltype <> 'a' or f.confupdtype <> 'a'
              or t.of_tenants and (select attname from pg_attribute where attrelid = f.conrelid and attnum = f.conkey[1]) <> 'tenant_id'
              or t.of_tenants and p.of_tenants and (select attname from pg_attribute where attrelid = f.confrelid and attnum = f.confkey[1]) <> 'tenant_id'
              or p.of_tenants and not t.of_tenants)
            order by 1
            """),
        new("Every constraint is validated and every index valid", $"""
            {Tables}
            select t.name || ': ' || k.conname from t join pg_constraint k on k.conrelid = t.oid where not k.convalidated
            union all
            select t.name || ': ' || i.indexrelid::regclass from t join pg_index i on i.indrelid = t.oid where not (i.indisvalid and i.indisready)
            order by 1
            """),
    ];
}
