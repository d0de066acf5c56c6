using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Domain.Scoring;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Scoring;

/// <summary>Scores end up as the rules say, whoever changes rules and leads at once, whatever is killed, and as days go by.</summary>
public sealed class RescoringTests(CrmApi api)
{
    [Fact]
    public async Task Rules_and_leads_that_change_at_once_end_in_the_scores_of_the_last_ones_from_two_instances()
    {
        await using var second = new ConfiguredApi(api, _ => { });
        var tenant = await api.TenantAsync();
        var twin = second.Anonymous.As(tenant.Token);
        var leads = await tenant.LeadsAsync(600);
        var rule = await tenant.ScoringRuleAsync("Referral", 10, """{"field": "source", "value": "REFERRAL"}""");
        await Task.WhenAll(Enumerable.Range(1, 12).Select(async i =>
        {
            (await (i % 2 == 0 ? tenant : twin).PatchAsync($"/lead-scoring/rules/{rule}", new { points = i })).ShouldBe(200);
            var ids = leads.Skip(i * 40).Take(40).ToList();
            (await twin.PostAsync("/leads/batch", new { operations = ids.Select((id, n) => new { op = "update", id, data = new { source = n % 2 == 0 ? "REFERRAL" : "EVENT" } }) })).ShouldBe(200);
        }));
        (await tenant.PatchAsync($"/lead-scoring/rules/{rule}", new { points = 77 })).ShouldBe(200);
        var referred = await CountAsync(tenant, "source=REFERRAL");
        referred.ShouldBe(12 * 20);
        await Eventually.Async(async () => await CountAsync(tenant, "source=REFERRAL&score=77") == referred && await CountAsync(tenant, "score=0") == leads.Count - referred, "all are scored by the last rule");
        await Eventually.Async(async () => await api.OutboxAsync(tenant) == 0, "nothing is left to do");
        (await CountAsync(tenant, "source=REFERRAL&score=77")).ShouldBe(referred);
        (await CountAsync(tenant, "score=0")).ShouldBe(leads.Count - referred);
    }

    [Fact]
    public async Task Killed_half_way_it_goes_on()
    {
        await using var service = await ServiceProcess.StartAsync();
        var owner = await service.Api.RegisterAsync();
        var tenant = service.Api.As(owner.Token);
        var leads = 3_000;
        await tenant.LeadsAsync(leads);
        for (var kill = 1; kill <= 3; kill++)
        {
            await tenant.ScoringRuleAsync($"Rule {kill}", 10);
            await Eventually.Async(async () => await CountAsync(tenant, $"score={kill * 10}") > 0, "it has begun");
            await service.KillServiceAsync();
            await service.StartAsync();
            tenant = service.Api.As(owner.Token);
        }
        await Eventually.Async(async () => await CountAsync(tenant, "score=30") == leads, "all are scored by all rules", TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Points_grow_old_each_day_though_nothing_happens()
    {
        var (clock, database) = (new MovedClock(), await api.NewDatabaseAsync());
        await using var service = new ConfiguredApi(api, services => services.AddSingleton<TimeProvider>(clock), ("ConnectionStrings:Crm", database));
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var tenant = await service.Anonymous.RegisterAsync();
        await connection.ExecuteAsync("select set_config('app.tenant_id', @id, false)", new { id = tenant.Id.ToString() });
        await tenant.ScoringRuleAsync("New", 80, more: new { decayFrom = "createdAt", halfLifeDays = 5 });
        var lead = await tenant.LeadAsync();
        await tenant.ScoredAsync(lead, 80, "it is new");
        var created = DateOnly.FromDateTime(((DateTimeOffset)(await tenant.GetAsync($"/leads/{lead}")).Data["createdAt"]!).UtcDateTime);
        foreach (var days in new[] { 5, 15 })
        {
            clock.Offset = TimeSpan.FromDays(days);
            await connection.ExecuteAsync("delete from crm.schedule_turns; update crm.schedules set last_due = null, next_due = now() - interval '1 minute', next_try_at = null where name = 'lead-scoring.decay'");
            await Eventually.Async(async () =>
            {
                var age = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).DayNumber - created.DayNumber;
                return await connection.QuerySingleAsync<int?>("select shown_score from crm.leads where id = @lead", new { lead }) == ScoreDecay.Of(80, age, 5);
            }, $"it has grown old after {days} days");
        }
        (await connection.QuerySingleAsync<int>("select version from crm.leads where id = @lead", new { lead })).ShouldBe(1);
    }

    private static async Task<int> CountAsync(ApiClient tenant, string filter) => (int)(await tenant.GetAsync($"/leads?{filter}&count=exact&take=1")).ShouldBe(200).Meta["total"]!;
}
