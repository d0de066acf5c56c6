using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;
using static Crm.Api.Tests.Recovery.RebuildFixture;

namespace Crm.Api.Tests.Recovery;

/// <summary><c>./run rebuild</c> while the service writes.</summary>
public sealed class RebuildRaceTests(CrmApi api)
{
    private const int Writers = 4, Each = 15;

    // None of them holds what a command waits for.
    private static readonly string[] Damages =
    [
        "insert into crm.tag_counts select tenant_id, resource, tag, (100 + random() * 30000)::smallint, 5 from crm.tag_counts limit 2",
        "insert into crm.deal_figures select tenant_id, gen_random_uuid(), pipeline_id, stage_id, status, owner_id, team_id, currency, closed_month, 1, 1, 1, 1, 1, 1 from crm.deal_figures limit 2",
        "delete from crm.custom_values v using (select tenant_id, record_id, field, n from crm.custom_values where text_value = 'gold' limit 3 for update skip locked) d where (v.tenant_id, v.record_id, v.field, v.n) = (d.tenant_id, d.record_id, d.field, d.n)",
    ];

    [Fact]
    public async Task What_is_written_meanwhile_is_not_lost_and_counted_once()
    {
        var app = await api.NewDatabaseAsync();
        var superuser = api.AdministratorOf(app);
        await using var service = new ConfiguredApi(api, ("ConnectionStrings:Crm", app), ("Logging:LogLevel:Default", "None"));
        var tenant = await service.Anonymous.RegisterAsync();
        var tier = await tenant.FieldAsync("tier", more: new { indexed = true, searchable = true });
        await tenant.IndexedAsync(tier);
        var customer = await tenant.CustomerAsync();
        var stage = (Guid)(await tenant.PipelineAsync())["stages"]!.AsArray().Single(s => (string?)s!["kind"] == "WON")!["id"]!;

        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        var (damaged, rounds) = (0, 0);
        do
        {
            // What is there is broken again and again, beside those who write.
            foreach (var damage in Damages) await ExecuteAsync(superuser, damage);
            damaged++;
            rounds += (await RebuildAsync(app)).Count(line => line.StartsWith("mended", StringComparison.Ordinal));
        }
        while (!writing.IsCompleted);
        await writing;
        await RebuildAsync(app);

        rounds.ShouldBeGreaterThan(0, $"damaged {damaged} times");
        var (_, lines) = await VerifyAsync(app, api.DataFolder);
        lines.ShouldNotContain(line => line.StartsWith("WRONG", StringComparison.Ordinal), string.Join('\n', lines));
        (await tenant.GetAsync("/leads?customFields.tier=gold&count=exact&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(Writers * Each);
        (await tenant.GetAsync("/leads?tags=vip&count=exact&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(Writers * Each);
        ((int)(await tenant.ReportAsync("status"))["WON"]["count"]!).ShouldBe(Writers * Each);

        async Task WriteAsync(int writer)
        {
            for (var i = 0; i < Each; i++)
            {
                var lead = await tenant.LeadAsync($"Lead {writer} {i}", more: new { tags = new[] { "new" }, customFields = new { tier = "silver 3" } });
                (await tenant.PatchAsync($"/leads/{lead}", new { tags = new[] { "vip" }, customFields = new { tier = "gold" } })).ShouldBe(200);
                var deal = await tenant.DealAsync(new { customerId = customer, value = new { amount = 10, currency = "EUR" } });
                (await tenant.MoveAsync(deal.Id, stage)).ShouldBe(200);
            }
        }
    }
}
