using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Npgsql;

namespace Crm.Api.Tests.Events;

/// <summary>The log as server-sent events: complete, in order, and only what its reader may have.</summary>
public sealed class EventStreamTests(CrmApi api)
{
    [Fact]
    public async Task An_event_comes_as_the_log_tells_it()
    {
        var tenant = await api.TenantAsync();
        await using var feed = await EventFeed.OpenAsync(tenant, "aggregateType=lead");
        feed.Response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        feed.Response.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        feed.Retry!.Value.ShouldBeInRange(1_000, 3_000);
        var lead = await tenant.LeadAsync();
        var told = await feed.NextAsync();
        told.Event.ShouldBe("lead.created");
        told.Id.ShouldBe((string?)told.Data!["position"]);
        ((Guid?)told.Data["aggregateId"]).ShouldBe(lead);
        told.Data.ToJsonString().ShouldBe((await tenant.EventsAsync($"aggregateId={lead}")).Items[0]!.ToJsonString());
    }

    [Fact]
    public async Task Writers_who_commit_out_of_order_hide_nothing_and_nothing_comes_twice()
    {
        var tenant = await api.TenantAsync();
        await using var other = new ConfiguredApi(api);
        await using var here = await EventFeed.OpenAsync(tenant, "aggregateType=lead");
        await using var there = await EventFeed.OpenAsync(other.Anonymous.As(tenant.Token), "aggregateType=lead");
        var first = await tenant.LeadAsync("Slow");
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // It draws its transaction id now, and commits after all the others.
            await using var early = new NpgsqlCommand("select set_config('app.tenant_id', $1, true)", connection, transaction) { Parameters = { new() { Value = tenant.Id.ToString() } } };
            await early.ExecuteNonQueryAsync();
            await using var copy = new NpgsqlCommand("""
                insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type)
                select tenant_id, gen_random_uuid(), epoch, 900, 'lead.updated', aggregate_type, aggregate_id, 900, now(), 'USER' from crm.events where tenant_id = $1 and aggregate_id = $2
                """, connection, transaction) { Parameters = { new() { Value = tenant.Id }, new() { Value = first } } };
            (await copy.ExecuteNonQueryAsync()).ShouldBe(1);
            // On both instances, many at a time.
            await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? tenant : other.Anonymous.As(tenant.Token)).LeadAsync($"Quick {i}")));
            await transaction.CommitAsync();
        }
        var log = (await tenant.EventsAsync("types=lead.created,lead.updated&take=200", 42)).Items.Select(e => (Guid)e!["id"]!).ToList();
        log.Count.ShouldBe(42);
        foreach (var feed in (EventFeed[])[here, there])
            (await feed.TakeAsync(42)).Select(t => t.EventId).ShouldBe(log);
    }

    [Fact]
    public async Task Wherever_a_client_was_it_goes_on_without_gap_or_repeat()
    {
        var tenant = await api.TenantAsync();
        const int Before = 12;
        for (var i = 0; i < Before; i++) await tenant.LeadAsync($"Lead {i}");
        var positions = (await tenant.EventsAsync("types=lead.created&take=200", Before)).Items.Select(e => (string)e!["position"]!).Prepend("0").ToList();
        for (var from = 0; from <= Before; from += 3)
        {
            // While others write, so that where the past ends and the present begins is crossed under way.
            var (position, writing) = (positions[from], Task.WhenAll(Enumerable.Range(0, 3).Select(i => tenant.LeadAsync($"More {i}"))));
            var query = $"types=lead.created&after={(from % 2 == 0 ? position : "0")}";
            await using var feed = await EventFeed.OpenAsync(tenant, query, from % 2 == 0 ? null : position);
            await writing;
            var expected = (await tenant.EventsAsync($"types=lead.created&after={position}&take=200", Before + 3)).Items.Select(e => (Guid)e!["id"]!).ToList();
            (await feed.TakeAsync(expected.Count)).Select(t => t.EventId).ShouldBe(expected, $"after {from}");
        }
    }

    [Fact]
    public async Task What_is_longer_than_the_memory_of_the_service_is_read_from_the_log()
    {
        var tenant = await api.TenantAsync();
        await using var feed = await EventFeed.OpenAsync(tenant, "aggregateType=lead");
        for (var batch = 0; batch < 3; batch++)
            (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 1_000).Select(i => new { op = "create", data = new { name = $"Lead {i}", notes = new string('x', 500) } }) })).ShouldBe(200);
        var told = await feed.TakeAsync(3_000);
        told.Select(t => t.EventId).Distinct().Count().ShouldBe(3_000);
        await using var again = await EventFeed.OpenAsync(tenant, $"after={told[99].Id}&types=lead.created");
        (await again.TakeAsync(2_900)).Select(t => t.EventId).ShouldBe(told.Skip(100).Select(t => t.EventId));
    }

    [Fact]
    public async Task Only_what_is_asked_for_comes()
    {
        var tenant = await api.TenantAsync();
        await using var deals = await EventFeed.OpenAsync(tenant, "types=deal.created,deal.won");
        await using var tasks = await EventFeed.OpenAsync(tenant, "aggregateType=task");
        var lead = await tenant.LeadAsync();
        await using var one = await EventFeed.OpenAsync(tenant, $"aggregateId={lead}&after=0");
        var deal = (await tenant.PostAsync("/deals", new { title = "Machine" })).ShouldBe(201).Id;
        var task = (await tenant.PostAsync("/tasks", new { title = "Call" })).ShouldBe(201).Id;
        ((Guid?)(await deals.NextAsync()).Data!["aggregateId"]).ShouldBe(deal);
        ((Guid?)(await tasks.NextAsync()).Data!["aggregateId"]).ShouldBe(task);
        ((Guid?)(await one.NextAsync()).Data!["aggregateId"]).ShouldBe(lead);
    }

    [Theory]
    [InlineData("types=lead.born", "types")]
    [InlineData("aggregateType=unicorn", "aggregateType")]
    [InlineData("aggregateId=7", "aggregateId")]
    [InlineData("after=yesterday", "after")]
    [InlineData("after=99.1.0", "after")]
    [InlineData("take=5", "take")]
    public async Task What_cannot_be_asked_for_is_refused(string query, string named)
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync($"/events/stream?{query}")).ShouldFail(400, "INVALID_QUERY").Errors.ContainsKey(named).ShouldBeTrue();
    }

    [Fact]
    public async Task A_position_in_the_header_must_be_one()
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/events/stream", ("Last-Event-ID", "yesterday"))).ShouldFail(400, "INVALID_QUERY").Errors.ContainsKey("Last-Event-ID").ShouldBeTrue();
        (await tenant.GetAsync("/events/stream", ("Last-Event-ID", "99.1.0"))).ShouldFail(400, "INVALID_QUERY").Errors.ContainsKey("Last-Event-ID").ShouldBeTrue();
        (await tenant.GetAsync("/events/stream", ("Accept", "application/json"))).ShouldFail(406, "NOT_ACCEPTABLE");
        (await tenant.GetAsync("/events/stream", ("Accept", "text/event-stream"))).ShouldBe(200);
    }

    [Fact]
    public async Task Another_tenant_hears_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        await using var feed = await EventFeed.OpenAsync(other, "after=0&types=lead.created");
        await mine.LeadAsync("Secret");
        await other.LeadAsync("Own");
        ((string?)(await feed.NextAsync()).Data!["data"]!["record"]!["name"]).ShouldBe("Own");
    }
}
