using Npgsql;
using static Crm.Api.Tests.Schema.SchemaFixture;

namespace Crm.Api.Tests.Schema;

/// <summary>What the database itself refuses to the application's login, whatever the program asks of it.</summary>
[Collection(nameof(SchemaCollection))]
public sealed class TenantNetTests(SchemaFixture schema)
{
    [Fact]
    public async Task Without_a_tenant_every_table_and_view_is_empty()
    {
        foreach (var table in schema.TablesWithTenant)
        foreach (var relation in new[] { $"crm.{table}", $"crm_read.{table}" })
        {
            (await RowsAsync(schema.App, $"select count(*) from {relation}")).ShouldBe(["0"], relation);
            (await schema.AsTenantAsync(null, $"select count(*) from {relation}")).ShouldBe(["0"], relation);
            (await schema.AsTenantAsync(OtherTenant, $"select count(*) from {relation}")).ShouldBe(["0"], relation);
            (await schema.AsTenantAsync(Tenant, $"select count(*) > 0 from {relation}")).ShouldBe(["True"], relation);
        }
    }

    [Fact]
    public async Task A_row_for_another_tenant_is_refused()
    {
        foreach (var table in schema.TablesWithTenant)
        {
            var columns = (await RowsAsync(schema.Superuser,
                $"select quote_ident(attname) from pg_attribute where attrelid = 'crm.{table}'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'tenant_id'")).ToArray();
            var copy = $"insert into crm.{table} (tenant_id, {string.Join(", ", columns)}) select '{OtherTenant}', {string.Join(", ", columns)} from crm.{table}";

            (await RefusalAsync(() => schema.AsTenantAsync(Tenant, copy))).ShouldBe("42501", table);
            (await RefusalAsync(() => schema.AsTenantAsync(null, copy.Split(" from ")[0] + $" from crm.{table} where false; insert into crm.counters values ('{Tenant}', 'x', 1)")))
                .ShouldBe("42501", table);
        }
    }

    [Fact]
    public async Task A_row_cannot_be_moved_to_another_tenant() =>
        (await RefusalAsync(() => schema.AsTenantAsync(Tenant, $"update crm.leads set tenant_id = '{OtherTenant}'"))).ShouldBe("42501");

    [Fact]
    public async Task A_parent_of_another_tenant_does_not_exist()
    {
        var lead = $"insert into crm.leads (tenant_id, id, name, owner_id) values ('{OtherTenant}', gen_random_uuid(), 'Lead', '00000000-0000-7000-9000-000000000001')";

        (await RefusalAsync(() => schema.AsTenantAsync(OtherTenant, lead))).ShouldBe("23503");
    }

    [Fact]
    public async Task A_stage_of_another_pipeline_is_refused()
    {
        var move = $"""
            insert into crm.pipelines (tenant_id, id, name) values ('{Tenant}', '00000000-0000-7000-9000-000000000002', 'Second');
            update crm.deals set pipeline_id = '00000000-0000-7000-9000-000000000002'
            """;

        (await RefusalAsync(() => schema.AsTenantAsync(Tenant, move))).ShouldBe("23503");
    }

    [Theory]
    [InlineData("update crm.events set data = '{}'")]
    [InlineData("delete from crm.events")]
    [InlineData("update crm.audit_log set action = ''")]
    [InlineData("delete from crm.audit_log")]
    [InlineData("truncate crm.events")]
    [InlineData("truncate crm.leads")]
    [InlineData("update crm.service_state set epoch = 2")]
    [InlineData("insert into crm_read.leads (tenant_id, id, name) select tenant_id, gen_random_uuid(), name from crm.leads")]
    [InlineData("select crm.protect('leads')")]
    [InlineData("alter table crm.leads no force row level security")]
    [InlineData("create table crm.own (id int)")]
    [InlineData("set role crm_reader")]
    public async Task The_application_may_not(string sql) => (await RefusalAsync(() => schema.AsTenantAsync(Tenant, sql))).ShouldBe("42501");

    [Fact]
    public async Task The_owner_of_the_tables_is_bound_too()
    {
        // In what he writes: as a member of crm_reader, to make its views, he reads what it reads.
        (await RowsAsync(schema.Superuser, "set role crm_owner; with moved as (update crm.leads set name = 'x' returning 1) select count(*) from moved")).ShouldBe(["0"]);
        (await RowsAsync(schema.Superuser, "set role crm_owner; with gone as (delete from crm.leads returning 1) select count(*) from gone")).ShouldBe(["0"]);
        (await RefusalAsync(() => RowsAsync(schema.Superuser, $"set role crm_owner; insert into crm.counters values ('{Tenant}', 'x', 1)"))).ShouldBe("42501");
    }

    private static async Task<string?> RefusalAsync(Func<Task> act) => (await Should.ThrowAsync<PostgresException>(act)).SqlState;
}
