namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>
/// Everything the migrations make, read from the catalogue: kind, name, and a definition with owner and rights. Two schemas are the same
/// when these rows are. <c>crm.schema_objects</c> keeps them as the last migration left them.
/// </summary>
internal static class SchemaObjects
{
    /// <summary>Makes names in definitions come out in full, whatever the session's own path is; ends with the transaction.</summary>
    internal const string FullNames = "set_config('search_path', 'pg_catalog', true)";

    /// <summary>
    /// A row for each object: <c>kind, name, definition</c>. Expressions in the short form: the full one has parentheses that come and go when a
    /// dump is put back.
    /// </summary>
    internal const string Sql = """
        select 'schema' as kind, n.nspname::text as name,
          concat_ws(' ', 'owner', pg_get_userbyid(n.nspowner), 'rights', (select string_agg(a::text, ',' order by a::text) from unnest(n.nspacl) a)) as definition
        from pg_namespace n where n.nspname in ('crm', 'crm_read')
        union all
        select case c.relkind when 'v' then 'view' else 'table' end, c.oid::regclass::text,
          concat_ws(' ', 'owner', pg_get_userbyid(c.relowner), 'row security', c.relrowsecurity, 'forced', c.relforcerowsecurity,
            'rights', (select string_agg(a::text, ',' order by a::text) from unnest(c.relacl) a), 'options', c.reloptions,
            case when c.relkind = 'v' then md5(pg_get_viewdef(c.oid, true)) end)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('crm', 'crm_read') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select 'column', c.oid::regclass || '.' || a.attname,
          concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
            case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation end,
            case a.attgenerated when 's' then 'generated' else 'default' end || ' ' || pg_get_expr(d.adbin, d.adrelid, true))
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where n.nspname in ('crm', 'crm_read') and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped
        union all
        select 'constraint', k.conrelid::regclass || '.' || k.conname,
          concat_ws(' ', pg_get_constraintdef(k.oid, true), case when not k.convalidated then 'not validated' end)
        from pg_constraint k where k.connamespace = 'crm'::regnamespace and k.conrelid <> 0
        union all
        select 'index', i.indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(i.indexrelid, 0, true), case when not i.indisvalid then 'not valid' end)
        from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'crm'::regnamespace
        union all
        select 'policy', p.polrelid::regclass || '.' || p.polname,
          concat_ws(' ', case when p.polpermissive then 'permissive' else 'restrictive' end, 'for', p.polcmd, 'to', (select string_agg(r::regrole::text, ',' order by r::regrole::text) from unnest(p.polroles) r),
            'using', pg_get_expr(p.polqual, p.polrelid, true), 'check', pg_get_expr(p.polwithcheck, p.polrelid, true))
        from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = 'crm'::regnamespace
        union all
        select 'function', f.oid::regprocedure::text,
          concat_ws(' ', 'owner', pg_get_userbyid(f.proowner), 'rights', (select string_agg(a::text, ',' order by a::text) from unnest(f.proacl) a), md5(pg_get_functiondef(f.oid)))
        from pg_proc f where f.pronamespace = 'crm'::regnamespace and f.prokind in ('f', 'p')
        union all
        select 'trigger', t.tgrelid::regclass || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid, true), t.tgenabled)
        from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'crm'::regnamespace and not t.tgisinternal
        union all
        select 'text search', 'crm.' || s.cfgname,
          (select string_agg(m.maptokentype || ' ' || m.mapseqno || ' ' || m.mapdict::regdictionary, ',' order by m.maptokentype, m.mapseqno) from pg_ts_config_map m where m.mapcfg = s.oid)
        from pg_ts_config s where s.cfgnamespace = 'crm'::regnamespace
        """;

    /// <summary>Keeps what is there now as what should be there. Does nothing while there is no table to keep it in.</summary>
    internal const string Record = $"""
        do $record$
        begin
          if to_regclass('crm.schema_objects') is null then return; end if;
          perform {FullNames};
          delete from crm.schema_objects;
          insert into crm.schema_objects (kind, name, definition) {Sql};
        end $record$;
        """;
}
