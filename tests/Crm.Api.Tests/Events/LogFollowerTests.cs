using System.Collections.Concurrent;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Work;
using Crm.Domain.Work;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Events;

/// <summary>Those who follow the log of every tenant: once, in order, whoever is killed, fails or writes meanwhile.</summary>
public sealed class LogFollowerTests(CrmApi api)
{
    [Fact]
    public async Task What_a_follower_does_it_does_once_and_as_the_service_itself_because_of_the_event()
    {
        await using var one = new ConfiguredApi(api, services => services.AddTransient<ILogFollower, TaskPerLead>());
        // A second instance with the same follower: whichever is first.
        await using var other = new ConfiguredApi(api, services => services.AddTransient<ILogFollower, TaskPerLead>());
        var tenant = await api.TenantAsync();
        var leads = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i => (await tenant.PostAsync("/leads", new { name = $"Lead {i}", source = "EVENT" })).ShouldBe(201).Id));
        await Eventually.Async(async () => (await TasksAsync(tenant)).Count >= 16, "every lead gets its task");
        (await tenant.PostAsync("/leads", new { name = "The last", source = "EVENT" })).ShouldBe(201);
        await Eventually.Async(async () => (await TasksAsync(tenant)).Contains("The last"), "the follower has come to the end");
        (await TasksAsync(tenant)).Order().ShouldBe(Enumerable.Range(0, 16).Select(i => $"Lead {i}").Append("The last").Order(), "each once");
        var (created, task) = ((await tenant.EventsAsync("types=lead.created")).Items[0]!, (await tenant.EventsAsync("types=task.created&take=200", 17)).Items);
        var effect = task.Single(e => (string?)e!["causationId"] == (string?)created["id"])!;
        ((string?)effect["actor"]!["type"]).ShouldBe("SYSTEM");
        effect["actor"]!["id"].ShouldBeNull();
        ((string?)effect["correlationId"]).ShouldBe((string?)created["correlationId"]);
        leads.Length.ShouldBe(16);
    }

    [Fact]
    public async Task An_event_that_a_follower_fails_at_is_tried_again_and_holds_up_neither_the_next_nor_the_others()
    {
        var failing = new FailsOnce();
        await using var service = new ConfiguredApi(api, services => services.AddTransient<ILogFollower>(_ => failing).AddTransient<ILogFollower, TaskPerLead>(), ("Logging:LogLevel:Default", "None"));
        var tenant = await api.TenantAsync();
        await tenant.PostAsync("/leads/batch", new { operations = new[] { "One", "Bad", "Two" }.Select(name => new { op = "create", data = new { name, source = "EVENT" } }) });
        await Eventually.Async(() => Task.FromResult(failing.Of(tenant.Id).Contains("Bad")), "it is tried again");
        failing.Of(tenant.Id).ShouldBe(["One", "Two", "Bad"]);
        await Eventually.Async(async () => (await TasksAsync(tenant)).Count == 3, "the other follower is not concerned");
    }

    [Fact]
    public async Task A_forwarder_gets_every_event_in_the_order_of_the_log_though_the_other_system_is_away_at_first()
    {
        var away = new Away();
        await using var service = new ConfiguredApi(api, services => services.AddSingleton<ILogForwarder>(away), ("Logging:LogLevel:Default", "None"));
        // Known to the service before there is anything to take anywhere.
        var tenant = await api.TenantAsync();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => tenant.PostAsync("/leads", new { name = $"Lead {i}" })));
        await Eventually.Async(() => Task.FromResult(away.Refused > 0), "it was tried");
        away.IsBack = true;
        var log = (await tenant.EventsAsync("take=200", 30 + 4)).Items.Select(e => (Guid)e!["id"]!).ToList();
        await Eventually.Async(() => Task.FromResult(away.Of(tenant.Id).Count >= log.Count), "all of it arrives");
        away.Of(tenant.Id).Distinct().ShouldBe(log, "in the log's order");
    }

    [Fact]
    public async Task Transactions_that_commit_out_of_order_hide_nothing_from_a_follower()
    {
        var seen = new Away { IsBack = true };
        await using var service = new ConfiguredApi(api, services => services.AddSingleton<ILogForwarder>(seen));
        var tenant = await api.TenantAsync();
        var first = (await tenant.PostAsync("/leads", new { name = "Slow" })).ShouldBe(201).Id;
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // It draws its transaction id now, writes its event, and commits after the others.
            await using var early = new NpgsqlCommand("""
                select set_config('app.tenant_id', $1, true);
                """, connection, transaction) { Parameters = { new() { Value = tenant.Id.ToString() } } };
            await early.ExecuteNonQueryAsync();
            await using var copy = new NpgsqlCommand("""
                insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type)
                select tenant_id, gen_random_uuid(), epoch, 900, 'lead.updated', aggregate_type, aggregate_id, 900, now(), 'USER' from crm.events where tenant_id = $1 and aggregate_id = $2
                """, connection, transaction) { Parameters = { new() { Value = tenant.Id }, new() { Value = first } } };
            (await copy.ExecuteNonQueryAsync()).ShouldBe(1);
            for (var i = 0; i < 5; i++) (await tenant.PostAsync("/leads", new { name = $"Quick {i}" })).ShouldBe(201);
            seen.Of(tenant.Id).Count.ShouldBeLessThan(6 + 3, "what might be preceded is not told yet");
            await transaction.CommitAsync();
        }
        var log = (await tenant.GetAsync("/events?take=200")).Items.Select(e => (Guid)e!["id"]!).ToList();
        await Eventually.Async(() => Task.FromResult(seen.Of(tenant.Id).Count >= log.Count), "nothing is skipped");
        seen.Of(tenant.Id).ShouldBe(log);
    }

    [Fact]
    public async Task While_a_follower_is_at_work_those_who_listen_hear_what_is_committed()
    {
        var busy = new Busy();
        await using var service = new ConfiguredApi(api, services => services.AddTransient<ILogFollower>(_ => busy));
        var tenant = await api.TenantAsync();
        await busy.GivenAsync(tenant.Id);
        await using var feed = await EventFeed.OpenAsync(service.Anonymous.As(tenant.Token), "types=lead.created");
        var first = await tenant.LeadAsync();
        busy.WaitsFor = first;
        await tenant.PatchAsync($"/leads/{first}", new { notes = "Changed" });
        await Eventually.Async(() => Task.FromResult(busy.IsAtWork), "it begins with the change");
        var second = await tenant.LeadAsync();
        (await feed.TakeAsync(2)).Select(t => (Guid)t.Data!["aggregateId"]!).ToList().ShouldBe([first, second]);
        busy.Finish();
    }

    [Fact]
    public async Task A_place_is_one_holder_s_at_a_time_and_is_moved_only_from_where_it_was_taken()
    {
        var tenant = await api.TenantAsync();
        await using var scope = api.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IRequestContext>().ActAs((await api.Services.GetRequiredService<ISystemCallers>().FindAsync(tenant.Id, TestContext.Current.CancellationToken))!);
        var (unit, session) = (scope.ServiceProvider.GetRequiredService<IUnitOfWork>(), scope.ServiceProvider.GetRequiredService<TenantSession>());
        var follower = "test." + Guid.NewGuid().ToString("N");
        await unit.BeginAsync(TestContext.Current.CancellationToken);
        var held = await LogPlaces.HoldAsync(session, [follower], TestContext.Current.CancellationToken);
        held[follower].ShouldBe(LogPosition.Beginning, "a new one begins at the beginning");
        await using (var other = api.Services.CreateAsyncScope())
        {
            other.ServiceProvider.GetRequiredService<IRequestContext>().ActAs(scope.ServiceProvider.GetRequiredService<IRequestContext>().Caller);
            var theirs = other.ServiceProvider.GetRequiredService<TenantSession>();
            await theirs.BeginAsync(TestContext.Current.CancellationToken);
            (await LogPlaces.HoldAsync(theirs, [follower], TestContext.Current.CancellationToken)).ShouldBeEmpty("it is somebody else's");
        }
        await LogPlaces.MoveAsync(session, held, new LogPosition(1, 5, 0), TestContext.Current.CancellationToken);
        await Should.ThrowAsync<InvalidOperationException>(() => LogPlaces.MoveAsync(session, held, new LogPosition(1, 6, 0), TestContext.Current.CancellationToken));
        await unit.RollbackAsync();
    }

    [Fact]
    public async Task Who_waits_for_the_other_system_is_behind_though_not_due()
    {
        var (tenant, places, follower, holder) = (await api.TenantAsync(), api.Services.GetRequiredService<LogPlaces>(), "test." + Guid.NewGuid().ToString("N"), Guid.NewGuid());
        (await places.BehindAsync([follower], TestContext.Current.CancellationToken)).ShouldContain((tenant.Id, follower, true));
        (await places.LeaseAsync(tenant.Id, follower, holder, TestContext.Current.CancellationToken)).ShouldBe(LogPosition.Beginning);
        (await places.RenewAsync(tenant.Id, follower, holder)).ShouldBeTrue();
        (await places.RenewAsync(tenant.Id, follower, Guid.NewGuid())).ShouldBeFalse("it is not his");
        await places.PauseAsync(tenant.Id, follower, holder, "Away.");
        // As after some failures in a row.
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync("update crm.log_places set next_try_at = next_try_at + interval '1 minute' where follower = @follower", new { follower });
        (await places.BehindAsync([follower], TestContext.Current.CancellationToken)).Where(b => b.TenantId == tenant.Id).ShouldBe([(tenant.Id, follower, false)]);
    }

    private static async Task<IReadOnlyList<string>> TasksAsync(ApiClient tenant) =>
        [.. (await tenant.GetAsync("/tasks?take=200&fields=title")).ShouldBe(200).Items.Select(t => (string)t!["title"]!)];

    private sealed class TaskPerLead(IMediator sender, IRequestContext context, IUnitOfWork unit) : ILogFollower
    {
        public string Name => "test.tasks";

        public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
        {
            foreach (var (e, owner) in events.Where(e => e.Event.Type == "lead.created" && (string?)e.Event.Data.GetProperty("record").GetProperty("source").GetString() == "EVENT").Select(e => (e.Event, e.OwnerId)))
            {
                context.FollowFrom(e.Id, e.CorrelationId);
                await sender.Send(new CreateTask(new TaskDetails { Title = e.Data.GetProperty("record").GetProperty("name").GetString()!, AssigneeId = owner }), ct);
                await unit.SaveAsync(ct);
            }
        }
    }

    private sealed class FailsOnce : ILogFollower
    {
        private readonly ConcurrentQueue<(Guid Tenant, string Name)> _done = new();
        private readonly ConcurrentDictionary<Guid, int> _tries = new();

        public string Name => "test.fails";

        public IReadOnlyList<string> Of(Guid tenant) => [.. _done.Where(d => d.Tenant == tenant).Select(d => d.Name)];

        public Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
        {
            var leads = events.Where(e => e.Event.Type == "lead.created").Select(e => (e.TenantId, Id: e.Event.Id, Name: e.Event.Data.GetProperty("record").GetProperty("name").GetString()!)).ToList();
            // With the others, and alone: the third time it goes well.
            if (leads.FirstOrDefault(l => l.Name == "Bad") is { Name: not null } bad && _tries.AddOrUpdate(bad.Id, 1, (_, n) => n + 1) <= 2) throw new InvalidOperationException("Bad.");
            foreach (var lead in leads) _done.Enqueue((lead.TenantId, lead.Name));
            return Task.CompletedTask;
        }
    }

    /// <summary>Takes as long as the test likes.</summary>
    private sealed class Busy : ILogFollower
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<Guid, bool> _given = new();

        public string Name { get; } = "test." + Guid.NewGuid().ToString("N");

        /// <summary>The record whose changes take long.</summary>
        public Guid? WaitsFor { get; set; }

        public bool IsAtWork { get; private set; }

        public void Finish() => _done.SetResult();

        public Task GivenAsync(Guid record) => Eventually.Async(() => Task.FromResult(_given.ContainsKey(record)), "it is given the event");

        public Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
        {
            foreach (var e in events) _given[e.Event.AggregateId] = true;
            if (!events.Any(e => e.Event.AggregateId == WaitsFor && e.Event.Type == "lead.updated")) return Task.CompletedTask;
            IsAtWork = true;
            return _done.Task.WaitAsync(ct);
        }
    }

    private sealed class Away : ILogForwarder
    {
        private readonly ConcurrentQueue<(Guid Tenant, Guid Event)> _arrived = new();
        private int _refused;

        public string Name { get; } = "test." + Guid.NewGuid().ToString("N");

        public bool IsOn => true;

        public bool IsBack { get; set; }

        public int Refused => _refused;

        public IReadOnlyList<Guid> Of(Guid tenant) => [.. _arrived.Where(a => a.Tenant == tenant).Select(a => a.Event)];

        public Task ForwardAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
        {
            if (!IsBack)
            {
                Interlocked.Increment(ref _refused);
                throw new HttpRequestException("Away.");
            }
            foreach (var e in events) _arrived.Enqueue((e.TenantId, e.Event.Id));
            return Task.CompletedTask;
        }
    }
}
