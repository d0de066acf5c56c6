using Crm.Api.Tests.Postgres;
using Crm.Infrastructure.Persistence.Migrations;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Deals;

public sealed class FiguresMigrationTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const string Mine = "20261121000005_speed";

    // Two tenants; won with and without a day, lost, open with a probability of its own and with its stage's, deleted, unowned in a team.
    private const string Deals = """
        set session_replication_role = replica;
        create temporary table t as select ('00000000-0000-7000-8000-00000000000' || n)::uuid as id from generate_series(1, 2) as n;
        insert into crm.tenants (id) select id from t;
        insert into crm.pipelines (tenant_id, id, name) select id, '00000000-0000-7000-8000-0000000000aa', 'Sales' from t;
        insert into crm.pipeline_stages (tenant_id, id, pipeline_id, name, probability, position)
        select id, ('00000000-0000-7000-8000-0000000000b' || n)::uuid, '00000000-0000-7000-8000-0000000000aa', 'Stage', 10, n from t, generate_series(1, 3) as n;
        insert into crm.members (tenant_id, id, full_name, email, role) select id, '00000000-0000-7000-8000-0000000000c1', 'Ada', 'ada@example.com', 'USER' from t;
        insert into crm.teams (tenant_id, id, name) select id, '00000000-0000-7000-8000-0000000000d1', 'Hunters' from t;
        insert into crm.deals (tenant_id, id, title, pipeline_id, stage_id, value_amount, value_currency, probability, opened_on, actual_close_date, status, owner_id, team_id, deleted_at)
        select t.id, gen_random_uuid(), 'Deal', d.pipeline, d.stage, d.amount, case when d.amount is not null then 'EUR' end, d.probability, '2026-01-01', d.closed, d.status, d.owner, d.team, d.deleted
        from t, (values
          ('00000000-0000-7000-8000-0000000000aa'::uuid, '00000000-0000-7000-8000-0000000000b1'::uuid, 100.25, null::integer, '2026-03-05'::date, 'WON', '00000000-0000-7000-8000-0000000000c1'::uuid, '00000000-0000-7000-8000-0000000000d1'::uuid, null::timestamptz),
          ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000b1', 200, null, '2026-03-31', 'WON', '00000000-0000-7000-8000-0000000000c1', null, null),
          ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000b2', 300, 90, '2026-03-31', 'LOST', null, '00000000-0000-7000-8000-0000000000d1', null),
          ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000b3', 400, 5, null, 'OPEN', null, null, null),
          ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000b3', 50, null, null, 'OPEN', null, null, null),
          ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000b3', null, null, null, 'OPEN', null, null, null),
          ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000b3', 1000, null, null, 'OPEN', null, null, now())
        ) as d (pipeline, stage, amount, probability, closed, status, owner, team, deleted)
        """;

    private const string Kept = """
        select string_agg(concat_ws('|', right(owner_id::text, 2), right(team_id::text, 2), status, currency, closed_month, deals, value, weighted, unweighted, cycles, cycle_days), '; ' order by status, currency nulls last)
        from crm.deal_figures where tenant_id = '00000000-0000-7000-8000-000000000002'
        """;

    [Fact]
    public async Task The_deals_there_are_are_added_up()
    {
        var (owner, _) = await fixture.Server.NewDatabaseAsync();
        var migrator = new Migrator(owner);
        var all = await migrator.UpAsync();
        await migrator.DownAsync(all[all.ToList().IndexOf(Mine) - 1]);
        var administrator = In(fixture.Server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!);
        await ExecuteAsync(administrator, Deals);
        await migrator.UpAsync();
        (await ExecuteAsync(administrator, Kept)).ShouldBe(
            "d1|LOST|EUR|2026-03-01|1|300|0|0|0|0; OPEN|EUR|2|450|2000|50|0|0; OPEN|1|0|0|0|0|0; c1|WON|EUR|2026-03-01|2|300.25|30025.00|0|2|152");
    }
}
