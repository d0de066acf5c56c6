using Crm.Infrastructure.Persistence.Migrations;
using Dapper;
using Npgsql;
using static Crm.Api.Tests.Schema.SchemaFixture;

namespace Crm.Api.Tests.Schema;

/// <summary>The rules that keep tenants apart and the schema distributable, read from the catalogue of the migrated database.</summary>
[Collection(nameof(SchemaCollection))]
public sealed class TableRulesTests(SchemaFixture schema)
{
    // Every table is one of these; whoever adds a table decides which and writes it here.
    private static readonly string[] TenantTables =
    [
        "activities", "api_keys", "approvals", "assignment_turns", "audit_log", "bank_statement_entries", "bank_statements", "checkouts", "companies", "contacts", "counters", "custom_fields", "custom_values",
        "customers", "deal_figures", "deal_line_items", "deals", "document_templates", "event_consumer_places", "event_consumers", "events", "files",
        "idempotency_keys", "invitations", "invoice_line_items", "invoice_reminders", "invoices", "lead_routings", "lead_scoring_models", "lead_scoring_rules", "leads", "member_links", "members", "notification_digests",
        "notification_preferences", "notifications", "offer_line_items", "offer_optional_items", "offers", "order_line_items", "orders", "payment_accounts", "payments", "pipeline_stages", "pipelines", "plan_usage", "price_books", "prices", "product_categories", "product_components", "products", "receivable_entries", "recurring_invoice_line_items", "recurring_invoices", "recurring_revenue_entries", "routing_rules",
        "sessions", "stock_movements", "stocks", "tag_counts", "tasks", "tax_rates", "teams", "tenant_settings", "warehouses", "webhook_deliveries", "webhook_secrets", "webhooks", "workflow_rules", "workflow_runs",
        "workflow_turns",
    ];

    private static readonly string[] ReferenceTables = ["plans", "tenants"];
    private static readonly string[] GlobalTables = ["api_key_lookup", "inbound_addresses", "invitation_lookup", "member_link_lookup", "offer_links", "password_resets", "recovery_codes", "refresh_tokens", "second_factors", "stream_tickets", "subscription_changes", "subscription_charges", "subscriptions", "user_tenants", "users", "workflow_hooks"];
    private static readonly string[] LocalTables = ["file_drafts", "inbox", "log_places", "login_attempts", "outbox", "outbox_later", "platform_log", "schedule_turns", "schedules", "schema_objects", "service_state", "webhook_endpoints", "webhook_lanes"];

    [Fact]
    public async Task Every_table_is_classified()
    {
        var tables = await RowsAsync(schema.Superuser, "select relname from pg_class where relnamespace = 'crm'::regnamespace and relkind in ('r', 'p')");

        tables.Order(StringComparer.Ordinal).ShouldBe([.. TenantTables.Concat(ReferenceTables).Concat(GlobalTables).Concat(LocalTables).Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task Every_tenant_table_has_forced_row_level_security() =>
        (await RowsAsync(schema.Superuser, "select relname from pg_class where relnamespace = 'crm'::regnamespace and relrowsecurity and relforcerowsecurity order by 1"))
            .ShouldBe(TenantTables);

    /// <summary>The rules themselves are the product's: <c>./run verify</c> asks them of every database.</summary>
    public static TheoryData<string> Rules => [.. TableRules.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_migrated_schema_keeps(string rule) => (await RowsAsync(schema.Superuser, TableRules.All.Single(r => r.Name == rule).Sql)).ShouldBeEmpty();

    [Theory]
    [InlineData(0, "alter table crm.leads no force row level security", "leads")]
    [InlineData(0, "alter table crm.leads disable row level security", "leads")]
    [InlineData(1, "alter policy tenant on crm.leads using (true)", "leads has reader")]
    [InlineData(1, "create policy another on crm.leads using (true)", "leads has another")]
    [InlineData(1, "drop policy tenant on crm.leads; drop policy reader on crm.leads", "leads has none")]
    [InlineData(2, "drop view crm_read.leads", "leads")]
    [InlineData(2, "alter view crm_read.leads owner to crm_owner", "leads")]
    [InlineData(2, "create or replace view crm_read.leads as select * from crm.leads", "leads")]
    [InlineData(2, "alter table crm.leads add column more text", "leads")]
    [InlineData(3, "revoke insert on crm.leads from crm_app", "leads")]
    [InlineData(3, "grant update on crm.events to crm_app", "events")]
    [InlineData(3, "grant truncate on crm.leads to crm_app", "leads")]
    [InlineData(3, "revoke select on crm_read.leads from crm_app", "leads")]
    [InlineData(4, "create index ix_leads_x on crm.leads (name)", "leads: crm.ix_leads_x")]
    [InlineData(4, "alter table crm.events drop constraint pk_events", "events: no primary key")]
    [InlineData(5, "alter table crm.leads add constraint fk_leads_x foreign key (tenant_id, owner_id) references crm.members", "leads: fk_leads_x")]
    [InlineData(5, "alter table crm.leads add constraint fk_leads_x foreign key (created_by) references crm.users deferrable initially deferred", "leads: fk_leads_x")]
    [InlineData(6, "alter table crm.leads add constraint ck_leads_x check (score > 1) not valid", "leads: ck_leads_x")]
    public async Task What_somebody_breaks_by_hand_is_named(int rule, string sql, string names)
    {
        await using var connection = new NpgsqlConnection(schema.Superuser);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var undone = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("set local lock_timeout = '20s'; " + sql);
        (await connection.QueryAsync<string>(TableRules.All[rule].Sql)).ShouldHaveSingleItem().ShouldStartWith(names);
    }

    [Fact]
    public async Task No_tenant_table_refers_to_a_local_one()
    {
        const string sql = """
            select conrelid::regclass || ' ' || conname from pg_constraint f join pg_class t on t.oid = f.conrelid join pg_class p on p.oid = f.confrelid
            where f.contype = 'f' and t.relnamespace = 'crm'::regnamespace and t.relrowsecurity and p.relname = any (@local@)
            """;

        (await RowsAsync(schema.Superuser, sql.Replace("@local@", $"'{{{string.Join(',', LocalTables)}}}'"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_reference_has_a_foreign_key()
    {
        // What is no reference to a row of the tenant, though it ends in _id.
        string[] others = ["tenant_id", "deletion_id", "external_id", "registry_id", "aggregate_id", "actor_id", "request_id", "correlation_id", "causation_id", "record_id", "caller_id", "token_id", "event_id", "vat_id", "source_item_id"];
        var sql = $$"""
            select c.relname || '.' || a.attname
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'crm'::regnamespace and c.relkind = 'r' and c.relrowsecurity and c.relname not in ('events', 'audit_log', 'idempotency_keys')
              and a.attname like '%\_id' and a.attname <> all ('{{{string.Join(',', others)}}}')
              and not exists (select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any (f.conkey))
            """;

        (await RowsAsync(schema.Superuser, sql)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Unique_indexes_ignore_deleted_rows()
    {
        const string sql = """
            select i.indexrelid::regclass::text from pg_index i join pg_class t on t.oid = i.indrelid
            where t.relnamespace = 'crm'::regnamespace and i.indisunique and not i.indisprimary
              and exists (select from pg_attribute where attrelid = t.oid and attname = 'deleted_at')
              -- With the id in it, it is unique among all rows anyway: what a foreign key with more columns refers to.
              and not exists (select from pg_attribute where attrelid = t.oid and attname = 'id' and attnum = any(i.indkey))
              and coalesce(pg_get_expr(i.indpred, i.indrelid), '') not like '%deleted_at IS NULL%'
              -- One that holds the primary key forbids nothing: it is there for a foreign key to point at.
              and not exists (select from pg_index p where p.indrelid = t.oid and p.indisprimary and p.indkey::int2[] <@ i.indkey::int2[])
            """;

        (await RowsAsync(schema.Superuser, sql)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_say_what_they_are_and_are_short_enough_for_a_shard_s_suffix()
    {
        const string sql = """
            with names as (
              select conname as name, conrelid::regclass::text as owner, case contype when 'p' then 'pk' when 'u' then 'ux' when 'x' then 'ux' when 'f' then 'fk' else 'ck' end as kind
              from pg_constraint where connamespace = 'crm'::regnamespace and conrelid <> 0
              union all
              select relname, indrelid::regclass::text, case when indisprimary then 'pk' when indisunique or indisexclusion then 'ux' else 'ix' end
              from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = 'crm'::regnamespace)
            select name from names where length(name) > 50 or not starts_with(name, kind || '_' || replace(owner, 'crm.', '') || '_') and name <> 'pk_' || replace(owner, 'crm.', '')
            """;

        (await RowsAsync(schema.Superuser, sql)).ShouldBeEmpty();
    }

    [Fact]
    public async Task There_are_no_triggers_sequences_or_types_of_our_own()
    {
        const string sql = """
            select 'trigger ' || tgname from pg_trigger t join pg_class c on c.oid = tgrelid where c.relnamespace = 'crm'::regnamespace and not tgisinternal
            union all select 'sequence ' || relname from pg_class where relnamespace = 'crm'::regnamespace and relkind = 'S'
            union all select 'type ' || typname from pg_type where typnamespace = 'crm'::regnamespace and typtype in ('e', 'd', 'r')
            union all select 'citext ' || attrelid::regclass || '.' || attname from pg_attribute where atttypid = to_regtype('citext')
            """;

        (await RowsAsync(schema.Superuser, sql)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_amount_has_its_currency_beside_it_and_both_are_null_or_none()
    {
        const string sql = """
            select a.attrelid::regclass || '.' || a.attname
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'crm'::regnamespace and c.relkind = 'r' and a.attname like '%\_amount' and (
              format_type(a.atttypid, a.atttypmod) <> 'numeric'
              or not exists (
                select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
                  and pg_get_constraintdef(k.oid) = format('CHECK (((%1$s_amount IS NULL) = (%1$s_currency IS NULL)))', replace(a.attname, '_amount', ''))))
            """;

        (await RowsAsync(schema.Superuser, sql)).ShouldBeEmpty();
    }
}
