using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Application.Products;
using Crm.Domain.Tenants;
using Crm.Infrastructure.Schedules;
using static Crm.Api.Tests.Schema.SchemaFixture;

namespace Crm.Api.Tests.Schema;

/// <summary>20,000 leads of one tenant among 40,000: the main questions, asked as the application asks them, are answered from the index meant for them.</summary>
[Collection(nameof(SchemaCollection))]
public sealed class QueryPlanTests(SchemaFixture schema)
{
    private const string Tenant = "00000000-0000-7000-8000-000000000100";
    private const string Live = $"from crm_read.leads t where t.tenant_id = '{Tenant}' and t.deleted_at is null";
    private const string Newest = "order by t.created_at desc, t.id desc limit 50";

    [Theory]
    [InlineData("pk_leads", $"{Live} and t.id = '00000000-0000-7000-8000-000000000001'")]
    [InlineData("ix_leads_created_at", $"{Live} {Newest}")]
    [InlineData("ix_leads_created_at", $"{Live} and (t.created_at, t.id) < ('2026-01-15', '00000000-0000-7000-8000-000000000001') {Newest}")]
    [InlineData("ix_leads_updated_at", $"{Live} order by t.updated_at desc, t.id desc limit 50")]
    [InlineData("ix_leads_name", $"{Live} order by t.name, t.id limit 50")]
    [InlineData("ix_leads_name", $"{Live} order by t.name desc, t.id desc limit 50")]
    [InlineData("ix_leads_value", $"{Live} order by t.value_amount desc nulls last, t.id desc limit 50")]
    [InlineData("ix_leads_status", $"{Live} and t.status = 'LOST' {Newest}")]
    [InlineData("ix_leads_owner_id", $"{Live} and t.owner_id = '00000000-0000-7000-9000-000000000011' {Newest}")]
    [InlineData("ix_leads_created_at", $"{Live} and t.search @@ crm.search_query('first0') {Newest}")]
    [InlineData("ux_events_position", $"from crm_read.events t where t.tenant_id = '{Tenant}' and (t.epoch, t.xid, t.n) > (1, 30000, 0) order by t.epoch, t.xid, t.n limit 100")]
    [InlineData("ux_events_position", $"from crm_read.events t where t.tenant_id = '{Tenant}' and (t.epoch, t.xid, t.n) > (1, 30000, 0) and t.type = 'lead.created' and (t.epoch < 1 or t.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint) order by t.epoch, t.xid, t.n limit 100")]
    [InlineData("ix_tasks_due_at", $"from crm_read.tasks t where t.tenant_id = '{Tenant}' and t.deleted_at is null order by t.due_at nulls last, t.id limit 50")]
    [InlineData("ix_activities_occurred_at", $"from crm_read.activities t where t.tenant_id = '{Tenant}' and t.deleted_at is null order by t.occurred_at desc, t.id desc limit 50")]
    public async Task Read_in_the_index_s_order(string index, string query)
    {
        var plan = await PlanAsync(query);

        plan.ShouldContain($"{index} on");
        plan.ShouldNotContain("Sort Key");
    }

    [Theory]
    [InlineData("ix_leads_email", $"{Live} and t.email = 'u10@firm10.example' {Newest}")]
    [InlineData("ix_leads_phone_digits", $"{Live} and t.phone_digits = '3598810' {Newest}")]
    [InlineData("ux_leads_external_id", $"{Live} and t.external_id = 'ext-10' {Newest}")]
    [InlineData("ix_leads_words", $"{Live} and t.search @@ crm.search_query('firm2998') {Newest}")]
    [InlineData("ix_leads_words", $"{Live} and t.search @@ crm.search_query('nosuchword') {Newest}")]
    [InlineData("ix_leads_words", $"{Live} and t.tags @> '{{nosuchtag}}' {Newest}")]
    [InlineData("ix_leads_words", $"{Live} and crm.fold(t.name) like '%' || crm.fold_pattern('LÁST1999 MÜ') || '%' {Newest}")]
    [InlineData("ix_events_aggregate_id", $"from crm_read.events t where t.tenant_id = '{Tenant}' and t.aggregate_id = '00000000-0000-7000-8000-000000000001' order by t.version desc, t.n desc limit 50")]
    [InlineData("ix_activities_lead_id", $"from crm_read.activities t where t.tenant_id = '{Tenant}' and t.lead_id = '00000000-0000-7000-8000-000000000001' and t.deleted_at is null order by t.occurred_at desc, t.id desc limit 50")]
    [InlineData("ix_tasks_lead_id", $"from crm_read.tasks t where t.tenant_id = '{Tenant}' and t.lead_id = '00000000-0000-7000-8000-000000000001' and t.deleted_at is null {Newest}")]
    public async Task Find_the_few_that_match(string index, string query) => (await PlanAsync(query)).ShouldContain($" {index}");

    [Theory]
    [InlineData("ix_workflow_runs_finished_at")]
    [InlineData("ix_outbox_dead_at")]
    public async Task What_is_forgotten_is_found_by_when_it_ended(string index)
    {
        var sql = (index.Contains("runs", StringComparison.Ordinal) ? ForgetWhatIsOld.Runs : ForgetWhatIsOld.DeadLetters)
            .Replace("@TenantId", $"'{Tenant}'::uuid", StringComparison.Ordinal).Replace("@Before", "'2026-01-02'::timestamptz", StringComparison.Ordinal).Replace("@Most", "5000", StringComparison.Ordinal);
        var plan = string.Join('\n', await RowsAsync((await schema.ManyLeads).App, $"begin; select set_config('app.tenant_id', '{Tenant}', true); explain {sql}"));
        plan.ShouldContain($"{index} on");
        plan.ShouldNotContain("Seq Scan on workflow_runs");
        plan.ShouldNotContain("Seq Scan on outbox");
    }

    [Fact]
    public async Task The_log_is_read_in_its_index_s_order_whatever_the_plan_knows_of_the_horizon()
    {
        var sql = LogSql.Of("true", undecided: true).Replace("@TenantId", "$1", StringComparison.Ordinal).Replace("@Epoch", "$2", StringComparison.Ordinal)
            .Replace("@Xid", "$3", StringComparison.Ordinal).Replace("@N", "$4", StringComparison.Ordinal).Replace("@Limit", "$5", StringComparison.Ordinal);
        var plan = string.Join('\n', await RowsAsync((await schema.ManyLeads).App,
            $"begin; select set_config('app.tenant_id', '{Tenant}', true); set local plan_cache_mode = force_generic_plan; prepare log (uuid, bigint, bigint, int, int) as {sql}; explain execute log('{Tenant}', 1, 30000, 0, 101)"));
        // Whether something is undecided is told by the last event alone, from the index's end: asked whether there is any, the planner expects to find one soon and reads the whole log in vain.
        plan.ShouldContain("Scan Backward using ux_events_position on events");
        plan.ShouldNotContain("Seq Scan on events");
    }

    [Fact]
    public async Task Products_below_a_category_are_found_by_its_index_and_the_categories_once()
    {
        var parameters = new Dictionary<string, object?>();
        var sql = new FilterSql(new TenantProfile("Analytical Ltd", "EUR", null, "en", "UTC", RecordVisibility.All, false), parameters)
            .Write(new Condition(new ProductResource().Find("categoryId")!, FilterOperator.Under, [Guid.Parse(Tenant)]))
            .Replace("@TenantId", $"'{Tenant}'", StringComparison.Ordinal).Replace("@p0", $"'{{{Tenant}}}'::uuid[]", StringComparison.Ordinal);
        var plan = string.Join('\n', await RowsAsync((await schema.ManyLeads).App,
            $"begin; set local enable_seqscan = off; select set_config('app.tenant_id', '{Tenant}', true); explain select t.* from crm_read.products t where t.tenant_id = '{Tenant}' and t.deleted_at is null and {sql}"));
        plan.ShouldContain(" ix_products_category_id");
        plan.ShouldContain("InitPlan");
        plan.ShouldContain(" ix_product_categories_parent_id");
    }

    [Fact]
    public async Task No_statistics_are_missing_for_the_estimates_of_words()
    {
        // ts_match estimates a prefix by the known words only when there are 100 of them.
        (await RowsAsync((await schema.ManyLeads).Superuser, "select array_length(most_common_elems, 1) >= 100 from pg_stats where schemaname = 'crm' and tablename = 'leads' and attname = 'search'"))
            .ShouldBe(["True"]);
    }

    private async Task<string> PlanAsync(string query) =>
        string.Join('\n', await RowsAsync((await schema.ManyLeads).App, $"begin; select set_config('app.tenant_id', '{Tenant}', true); explain select t.* {query}"));
}
