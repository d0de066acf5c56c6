using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Application.Schedules;
using Crm.Application.Work;
using Crm.Domain.Work;
using Dapper;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Schedules;

/// <summary>Recurring work for each tenant: once per due time, and whoever fails holds up nobody.</summary>
public sealed class TenantScheduleTests(CrmApi api)
{
    [Fact]
    public async Task Each_tenant_has_its_turn_once_and_one_that_fails_holds_up_nobody()
    {
        var plan = new Plan();
        var (before, failing, after) = (await api.TenantAsync(), await api.TenantAsync(), await api.TenantAsync());
        plan.Tenants.UnionWith([before.Id, failing.Id, after.Id]);
        plan.Fails = failing.Id;
        await using var one = Knowing(plan);
        await using var other = Knowing(plan);
        await using (var connection = new NpgsqlConnection(api.AppConnectionString))
            (await connection.ExecuteAsync("update crm.schedules set next_due = next_due - interval '2 days' where name = @Name", new { plan.Name })).ShouldBe(1);
        await Eventually.Async(async () => await TasksAsync(before) == 1 && await TasksAsync(after) == 1, "the others have theirs");
        (await TasksAsync(failing)).ShouldBe(0, "what its turn did is undone");
        plan.Fails = null;
        await Eventually.Async(async () => await TasksAsync(failing) == 1, "it is tried again");
        var effect = (await failing.EventsAsync("types=task.created", 1)).Items[0]!;
        ((string?)effect["actor"]!["type"]).ShouldBe("SYSTEM");
        await Eventually.Async(async () => await OutcomeAsync(plan) == "SUCCEEDED", "all have had their turn");
        (await TasksAsync(before), await TasksAsync(failing), await TasksAsync(after)).ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task Administrators_see_how_the_service_s_own_work_goes_and_nobody_else_does()
    {
        var tenant = await api.TenantAsync();
        var listed = (await tenant.GetAsync("/admin/schedules")).ShouldBe(200).Data.AsArray();
        listed.Select(s => (string?)s!["name"]).ShouldContain("inbox.expire");
        listed.Select(s => (string?)s!["name"]).ShouldBeInOrder();
        listed.ShouldAllBe(s => s!["nextRunAt"] != null && (long)s["everySeconds"]! >= 1);
        (await (await tenant.MemberAsync("USER")).Client.GetAsync("/admin/schedules")).ShouldFail(403, "FORBIDDEN");
        (await api.Anonymous.GetAsync("/admin/schedules")).ShouldFail(401, "UNAUTHENTICATED");
    }

    private ConfiguredApi Knowing(Plan plan) => new(api, services => services.AddSingleton(plan).AddTransient<ITenantSchedule, TaskPerTenant>(), ("Logging:LogLevel:Default", "None"));

    private static async Task<int> TasksAsync(ApiClient tenant) => (await tenant.GetAsync("/tasks?search=turn")).ShouldBe(200).Items.Count;

    private async Task<string?> OutcomeAsync(Plan plan)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        return await connection.QuerySingleAsync<string?>("select last_outcome from crm.schedules where name = @Name", new { plan.Name });
    }

    private sealed class Plan
    {
        public string Name { get; } = $"test.{Guid.NewGuid():N}";

        public HashSet<Guid> Tenants { get; } = [];

        public Guid? Fails { get; set; }
    }

    private sealed class TaskPerTenant(Plan plan, IMediator sender, IRequestContext context) : ITenantSchedule
    {
        public string Name => plan.Name;

        public TimeSpan Every => TimeSpan.FromDays(1);

        public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
        {
            if (!plan.Tenants.Contains(context.Caller.TenantId)) return;
            await sender.Send(new CreateTask(new TaskDetails { Title = "Turn", DueAt = due }), ct);
            if (plan.Fails == context.Caller.TenantId) throw new TimeoutException();
        }
    }
}
