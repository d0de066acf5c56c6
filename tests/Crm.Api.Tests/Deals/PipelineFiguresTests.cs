using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Deals;

/// <summary>The report adds up figures that are kept in step with the deals; a report of all days there are goes over the deals themselves.</summary>
public sealed class PipelineFiguresTests(CrmApi api)
{
    private const string Always = "&openedFrom=0001-01-01";
    private static readonly string[] Groupings = ["stage", "status", "owner", "team", "region", "month", "quarter"];

    private static object Eur(decimal amount) => new { amount, currency = "EUR" };

    private static async Task ShouldAgreeAsync(ApiClient caller, string more = "")
    {
        foreach (var grouping in Groupings)
        {
            var kept = (await caller.GetAsync($"/reports/pipeline?groupBy={grouping}{more}")).ShouldBe(200).Data.ToJsonString();
            kept.ShouldBe((await caller.GetAsync($"/reports/pipeline?groupBy={grouping}{more}{Always}")).ShouldBe(200).Data.ToJsonString());
        }
    }

    [Fact]
    public async Task Whatever_happens_to_deals_both_ways_tell_the_same()
    {
        var tenant = await api.TenantAsync();
        var stages = await tenant.StagesAsync();
        var team = (await tenant.PostAsync("/teams", new { name = "Hunters", region = "West" })).ShouldBe(201).Id;
        var (_, seller) = await tenant.MemberAsync(teamId: team);
        var won = (await tenant.DealAsync(new { value = Eur(1000.25m), openedOn = "2017-01-01", stageId = stages["CLOSED_WON"], actualCloseDate = "2017-03-02" })).Id;
        var open = (await tenant.DealAsync(new { value = Eur(300), ownerId = seller })).Id;
        var own = (await tenant.DealAsync(new { value = Eur(100), probability = 5, stageId = stages["PROPOSAL"] })).Id;
        await tenant.DealAsync();
        await tenant.DealAsync(new { value = new { amount = 9, currency = "JPY" }, stageId = stages["PROPOSAL"] });
        await ShouldAgreeAsync(tenant);

        await tenant.MoveAsync(open, stages["CLOSED_LOST"]);
        await tenant.MoveAsync(won, stages["NEGOTIATION"]);
        (await tenant.PatchAsync($"/deals/{own}", new { value = Eur(77.77m), probability = (int?)null, ownerId = (Guid?)null })).ShouldBe(200);
        await ShouldAgreeAsync(tenant);

        var pipeline = await tenant.PipelineAsync();
        foreach (var stage in pipeline["stages"]!.AsArray()) stage!["probability"] = 33;
        (await tenant.PatchAsync($"/pipelines/{pipeline["id"]}", new { stages = pipeline["stages"] })).ShouldBe(200);
        (await tenant.PatchAsync("/tenant", new { currency = "USD" })).ShouldBe(200);
        await ShouldAgreeAsync(tenant);

        (await tenant.DeleteAsync($"/deals/{own}")).ShouldBe(204);
        await ShouldAgreeAsync(tenant);
        (await tenant.PostAsync($"/deals/{own}/restore")).ShouldBe(200);
        (await tenant.DeleteAsync($"/team/members/{seller}?reassignTo={tenant.UserId}")).ShouldBe(204);
        await ShouldAgreeAsync(tenant);
        await ShouldAgreeAsync(tenant, $"&pipelineId={pipeline["id"]}&ownerId={tenant.UserId}");
    }

    [Fact]
    public async Task Batches_count_what_was_kept_of_them_only()
    {
        var tenant = await api.TenantAsync();
        var stages = await tenant.StagesAsync();
        var id = (await tenant.DealAsync(new { value = Eur(1) })).Id;
        var operations = new object[]
        {
            new { op = "create", data = new { title = "A", value = Eur(10) } },
            new { op = "create", data = new { title = "B", value = Eur(20), stageId = Guid.NewGuid() } },
            new { op = "update", id, data = new { value = Eur(5) } },
            new { op = "update", id, data = new { stageId = stages["CLOSED_WON"] } },
        };
        var answers = (await tenant.PostAsync("/deals/batch", new { operations })).ShouldBe(200).Items;
        answers.Select(a => (int)a!["status"]! < 300).ShouldBe([true, false, true, true]);
        (await tenant.PostAsync("/deals/batch", new { operations, atomic = true })).Status.ShouldBeGreaterThanOrEqualTo(400);
        (await tenant.ReportAsync("status"))["OPEN"]["count"]!.GetValue<int>().ShouldBe(1);
        await ShouldAgreeAsync(tenant);
    }

    [Fact]
    public async Task Each_sees_the_figures_of_his_own_records()
    {
        var tenant = await api.TenantAsync();
        await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" });
        var (seller, _) = await tenant.MemberAsync("USER");
        await seller.DealAsync(new { value = Eur(3) });
        await tenant.DealAsync(new { value = Eur(4) });
        var manager = (await tenant.MemberAsync("MANAGER")).Client;
        foreach (var caller in (ApiClient[])[tenant, seller, manager]) await ShouldAgreeAsync(caller);
        ((decimal)(await manager.GetAsync("/reports/pipeline?groupBy=status")).Data["totals"]!.AsArray().Select(t => t!["value"]!).FirstOrDefault(JsonValue.Create(0m))!).ShouldBe(0);
    }

    [Fact]
    public async Task Teams_see_what_is_theirs_also_after_somebody_moved_to_another()
    {
        var tenant = await api.TenantAsync();
        await tenant.PatchAsync("/tenant", new { recordVisibility = "TEAM" });
        var hunters = (await tenant.PostAsync("/teams", new { name = "Hunters", region = "West" })).ShouldBe(201).Id;
        var farmers = (await tenant.PostAsync("/teams", new { name = "Farmers", region = "East" })).ShouldBe(201).Id;
        var (hunter, mover) = await tenant.MemberAsync("USER", hunters);
        var (farmer, _) = await tenant.MemberAsync("MANAGER", farmers);
        await hunter.DealAsync(new { value = Eur(3) });
        await farmer.DealAsync(new { value = Eur(4), ownerId = (Guid?)null });
        await tenant.DealAsync(new { value = Eur(5), ownerId = (Guid?)null });
        foreach (var caller in (ApiClient[])[tenant, hunter, farmer]) await ShouldAgreeAsync(caller);

        (await tenant.PatchAsync($"/team/members/{mover}", new { teamId = farmers })).ShouldBe(200);
        foreach (var caller in (ApiClient[])[tenant, hunter, farmer]) await ShouldAgreeAsync(caller);
    }

    [Fact]
    public async Task Folding_makes_one_row_of_each_key_and_changes_no_figure()
    {
        var tenant = await api.TenantAsync();
        var stages = await tenant.StagesAsync();
        for (var i = 1; i <= 3; i++)
        {
            var id = (await tenant.DealAsync(new { value = Eur(i) })).Id;
            await tenant.MoveAsync(id, stages["PROPOSAL"]);
        }
        var before = (await tenant.GetAsync("/reports/pipeline?groupBy=stage")).Text;
        await FoldAsync(tenant);
        (await CountAsync(tenant.Id)).ShouldBe(1);
        (await tenant.GetAsync("/reports/pipeline?groupBy=stage")).Text.ShouldBe(before);
        await ShouldAgreeAsync(tenant);
    }

    [Fact]
    public async Task A_change_that_counts_nothing_writes_nothing()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.DealAsync(new { value = Eur(1) })).Id;
        (await tenant.PatchAsync($"/deals/{id}", new { title = "Another", notes = "Said on the phone", expectedCloseDate = "2030-01-01" })).ShouldBe(200);
        (await CountAsync(tenant.Id)).ShouldBe(1);
        (await tenant.PatchAsync($"/deals/{id}", new { value = Eur(2) })).ShouldBe(200);
        (await CountAsync(tenant.Id)).ShouldBe(2);
        await ShouldAgreeAsync(tenant);
    }

    [Fact]
    public async Task Nobody_waits_for_whoever_counts_at_the_same_stage()
    {
        var tenant = await api.TenantAsync();
        var won = (await tenant.StagesAsync())["CLOSED_WON"];
        var ids = new List<Guid>();
        for (var i = 0; i < 20; i++) ids.Add((await tenant.DealAsync(new { value = Eur(i) })).Id);
        await tenant.MoveAsync(ids[0], won);

        // Somebody who has counted at every stage that deals are in, and folds, and does not come to an end.
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await using var slow = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("""
            select set_config('app.tenant_id', @Id, true);
            insert into crm.deal_figures select (f).* from (select jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid())) as f from crm.deal_figures f) as more;
            select id from crm.deal_figures for update;
            """, new { Id = tenant.Id.ToString() }, slow);

        foreach (var moved in await Task.WhenAll(ids.Skip(1).Select(id => tenant.MoveAsync(id, won)))) moved.ShouldBe(200);
        await FoldAsync(tenant);
        await slow.RollbackAsync();

        (await tenant.ReportAsync("status"))["WON"]["count"]!.GetValue<int>().ShouldBe(20);
        await ShouldAgreeAsync(tenant);
        await FoldAsync(tenant);
        await ShouldAgreeAsync(tenant);
    }

    private async Task FoldAsync(TenantClient tenant)
    {
        await using var scope = api.Services.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<ICallerDirectory>();
        scope.ServiceProvider.GetRequiredService<IRequestContext>().ActAs((await directory.FindAsync(tenant.UserId, tenant.Id, default)).Caller!);
        var unit = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();
        await unit.BeginAsync(default);
        scope.ServiceProvider.GetRequiredService<DealFigures>().FoldAll();
        await unit.CommitAsync(default);
    }

    private async Task<int> CountAsync(Guid tenant)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select set_config('app.tenant_id', @Id, true)", new { Id = tenant.ToString() }, transaction);
        return await connection.ExecuteScalarAsync<int>("select count(*) from crm_read.deal_figures", transaction: transaction);
    }
}
