using System.Collections.Concurrent;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Schedules;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Schedules;

/// <summary>Recurring work on the instance: once for each due time, whoever is there, was away or was killed.</summary>
public sealed class ScheduleTests(CrmApi api)
{
    [Fact]
    public async Task Two_instances_run_each_due_time_once()
    {
        var schedule = new Recorder(TimeSpan.FromSeconds(1), CatchUp.Each);
        await using var one = Knowing(schedule);
        await using var other = Knowing(schedule);
        await Eventually.Async(() => Task.FromResult(schedule.Dues.Count >= 5), "it recurs");
        var dues = schedule.Dues.ToList();
        dues.ShouldBe([.. Enumerable.Range(0, dues.Count).Select(i => dues[0] + TimeSpan.FromSeconds(i))], "each second once, in order");
        dues.ShouldAllBe(due => due.Millisecond == 0);
    }

    [Fact]
    public async Task Of_due_times_that_nobody_was_there_for_the_latest_makes_up_for_the_others()
    {
        var schedule = new Recorder(TimeSpan.FromHours(1), CatchUp.Latest);
        await using var service = Knowing(schedule);
        await BackAsync(schedule, TimeSpan.FromHours(5));
        await Eventually.Async(async () => await NextAsync(schedule) > DateTime.UtcNow, "it catches up");
        schedule.Dues.Single().ShouldBe(new DateTimeOffset(await NextAsync(schedule) - TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Where_each_counts_all_of_them_are_made_up_for_the_oldest_first()
    {
        var schedule = new Recorder(TimeSpan.FromHours(1), CatchUp.Each);
        await using var service = Knowing(schedule);
        await BackAsync(schedule, TimeSpan.FromHours(5));
        await Eventually.Async(async () => await NextAsync(schedule) > DateTime.UtcNow, "it catches up");
        var next = new DateTimeOffset(await NextAsync(schedule));
        schedule.Dues.ShouldBe([.. Enumerable.Range(1, 5).Reverse().Select(i => next - TimeSpan.FromHours(i))]);
    }

    [Fact]
    public async Task What_fails_is_tried_again_and_told()
    {
        var schedule = new Recorder(TimeSpan.FromHours(1), CatchUp.Latest) { Failures = 1 };
        await using var service = Knowing(schedule);
        var tenant = await api.TenantAsync();
        var admin = service.Anonymous.As(tenant.Token);
        await BackAsync(schedule, TimeSpan.FromHours(1));
        await Eventually.Async(async () => (string?)(await StandingAsync(admin, schedule))["lastOutcome"] == "FAILED", "it fails");
        var failed = await StandingAsync(admin, schedule);
        ((string?)failed["lastError"]).ShouldBe("TimeoutException");
        failed["lastDueAt"].ShouldBeNull();
        (await service.Anonymous.GetAsync("/metrics")).Text.ShouldContain("crm_schedule_failed{schedule=\"" + schedule.Name + "\"}");
        await Eventually.Async(async () => (string?)(await StandingAsync(admin, schedule))["lastOutcome"] == "SUCCEEDED", "it is tried again");
        var done = await StandingAsync(admin, schedule);
        done["lastError"].ShouldBeNull();
        ((DateTimeOffset)done["lastDueAt"]!).ShouldBe(schedule.Dues.ToList()[^1]);
        ((DateTimeOffset)done["nextRunAt"]!).ShouldBe(schedule.Dues.ToList()[^1] + TimeSpan.FromHours(1));
        schedule.Dues.Distinct().Count().ShouldBe(1, "both tries are for the same due time");
    }

    [Fact]
    public async Task What_a_killed_instance_held_is_run_by_another_once_its_lease_has_ended()
    {
        var schedule = new Recorder(TimeSpan.FromHours(1), CatchUp.Latest);
        await using var service = Knowing(schedule);
        await RunAsync("update crm.schedules set holder = gen_random_uuid(), held_until = now() + interval '1 second', attempts = 1, next_due = next_due - interval '1 hour' where name = @Name", schedule);
        schedule.Dues.ShouldBeEmpty("somebody holds it");
        await Eventually.Async(() => Task.FromResult(!schedule.Dues.IsEmpty), "it is taken over");
    }

    [Fact]
    public async Task After_the_database_s_clock_was_set_back_nothing_is_run_a_second_time_and_nothing_waits_for_ever()
    {
        var schedule = new Recorder(TimeSpan.FromHours(1), CatchUp.Latest);
        await using var service = Knowing(schedule);
        await RunAsync("update crm.schedules set next_due = next_due + interval '3 days', last_due = next_due + interval '3 days' - every, held_until = now() + interval '3 days', holder = gen_random_uuid() where name = @Name", schedule);
        await Eventually.Async(async () => await NextAsync(schedule) < DateTime.UtcNow + TimeSpan.FromHours(1), "it is due when it should be");
        schedule.Dues.ShouldBeEmpty("that time has come before");
    }

    private ConfiguredApi Knowing(Recorder schedule) => new(api, services => services.AddTransient<ISchedule>(_ => schedule), ("Logging:LogLevel:Default", "None"));

    private Task BackAsync(Recorder schedule, TimeSpan by) => RunAsync($"update crm.schedules set next_due = next_due - interval '{by.TotalSeconds} seconds' where name = @Name", schedule);

    private async Task RunAsync(string sql, Recorder schedule)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        (await connection.ExecuteAsync(sql, new { schedule.Name })).ShouldBe(1);
    }

    private async Task<DateTime> NextAsync(Recorder schedule)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        return await connection.QuerySingleAsync<DateTime>("select next_due from crm.schedules where name = @Name", new { schedule.Name });
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> StandingAsync(ApiClient admin, Recorder schedule) =>
        (await admin.GetAsync("/admin/schedules")).ShouldBe(200).Data.AsArray().Single(s => (string?)s!["name"] == schedule.Name)!;

    private sealed class Recorder(TimeSpan every, CatchUp catchUp) : ISchedule
    {
        private int _failed;

        public ConcurrentQueue<DateTimeOffset> Dues { get; } = new();

        public int Failures { get; init; }

        public string Name { get; } = $"test.{Guid.NewGuid():N}";

        public TimeSpan Every => every;

        public CatchUp CatchUp => catchUp;

        public Task RunAsync(DateTimeOffset due, CancellationToken ct)
        {
            Dues.Enqueue(due);
            return Interlocked.Increment(ref _failed) <= Failures ? throw new TimeoutException() : Task.CompletedTask;
        }
    }
}
