using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Npgsql;

namespace Crm.Api.Tests.Events;

public sealed class EventLogTests(CrmApi api)
{
    [Fact]
    public async Task An_event_is_spelled_as_the_contract_says()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync(value: 100);
        (await tenant.PatchAsync($"/leads/{id}", new { company = "Analytical Ltd" }, ("X-Request-Id", "request-1"))).ShouldBe(200);
        var reply = await tenant.EventsAsync($"aggregateId={id}", 2);
        var happened = reply.Items[1]!.AsObject();
        happened.Select(m => m.Key).ShouldBe(["id", "position", "type", "aggregateType", "aggregateId", "version", "occurredAt", "actor", "correlationId", "causationId", "data"]);
        ((string?)happened["type"], (string?)happened["aggregateType"], (Guid)happened["aggregateId"]!, (int)happened["version"]!).ShouldBe(("lead.updated", "lead", id, 2));
        ((string?)happened["actor"]!["type"], (Guid)happened["actor"]!["id"]!).ShouldBe(("USER", tenant.UserId));
        ((string?)happened["correlationId"], (string?)happened["causationId"]).ShouldBe(("request-1", "request-1"));
        happened["data"]!["members"]!.AsArray().Select(m => (string?)m).ShouldBe(["company"]);
        ((string?)happened["data"]!["record"]!["company"]).ShouldBe("Analytical Ltd");
        ((decimal)happened["data"]!["record"]!["value"]!["amount"]!).ShouldBe(100);
    }

    [Fact]
    public async Task What_an_event_caused_names_it()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/customers", new { name = "Analytical Ltd" })).ShouldBe(201).Id;
        await tenant.EventsAsync("types=task.created");
        var events = (await tenant.GetAsync("/events")).Items;
        var created = events.Single(e => (string?)e!["type"] == "customer.created" && (Guid)e["aggregateId"]! == id)!;
        var onboarding = events.Single(e => (string?)e!["type"] == "task.created")!;
        ((string?)onboarding["causationId"]).ShouldBe((string?)created["id"]);
        ((string?)onboarding["correlationId"]).ShouldBe((string?)created["correlationId"]);
    }

    [Fact]
    public async Task The_log_is_read_from_its_beginning_page_by_page()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 7; i++) await tenant.LeadAsync($"Lead {i}");
        await tenant.EventsAsync("types=lead.created", 7);
        var all = (await tenant.GetAsync("/events?after=0&take=200")).Items.Select(e => (string)e!["id"]!).ToList();
        var read = new List<string>();
        var after = "0";
        for (var pages = 0; pages < 10; pages++)
        {
            var page = (await tenant.GetAsync($"/events?after={after}&take=3")).ShouldBe(200);
            read.AddRange(page.Items.Select(e => (string)e!["id"]!));
            after = (string)page.Meta["position"]!;
            if (page.Meta["nextCursor"] is not { } next) break;
            ((string)next!).ShouldBe(after);
            ((string?)page.Items[^1]!["position"]).ShouldBe(after);
        }
        read.ShouldBe(all);
        (await tenant.GetAsync($"/events?after={after}")).Items.ShouldBeEmpty();
        await tenant.LeadAsync("Newcomer");
        var more = await tenant.EventsAsync($"after={after}");
        ((string?)more.Items.ShouldHaveSingleItem()!["data"]!["record"]!["name"]).ShouldBe("Newcomer");
    }

    [Fact]
    public async Task A_reader_of_few_types_goes_on_past_what_it_did_not_ask_for()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync();
        await tenant.EventsAsync("types=lead.created");
        var page = (await tenant.GetAsync("/events?types=deal.won,deal.lost")).ShouldBe(200);
        page.Items.ShouldBeEmpty();
        var position = (string)page.Meta["position"]!;
        (await tenant.GetAsync($"/events?after={position}")).Items.ShouldBeEmpty();
        ((string?)(await tenant.GetAsync($"/events?after={position}")).Meta["position"]).ShouldNotBe("0");
    }

    [Theory]
    [InlineData("after=nonsense", "after")]
    [InlineData("after=1.2", "after")]
    [InlineData("after=1.2.-3", "after")]
    [InlineData("after=1.2.99999999999", "after")]
    [InlineData("after=", "after")]
    [InlineData("after=1.9000000000000000000.0", "after")]
    [InlineData("after=99.1.0", "after")]
    [InlineData("cursor=99.1.0", "cursor")]
    [InlineData("cursor=1.x.3", "cursor")]
    [InlineData("types=lead.exploded", "types")]
    [InlineData("types=", "types")]
    [InlineData("aggregateType=spaceship", "aggregateType")]
    [InlineData("aggregateId=7", "aggregateId")]
    [InlineData("take=0", "take")]
    [InlineData("take=201", "take")]
    [InlineData("skip=1", "skip")]
    [InlineData("colour=red", "colour")]
    public async Task What_the_log_cannot_be_asked_is_named(string query, string parameter)
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync($"/events?{query}")).ShouldFail(400, "INVALID_QUERY").Errors.ShouldContainKey(parameter);
    }

    [Fact]
    public async Task Another_tenant_reads_its_own_log_only()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await mine.LeadAsync();
        (await other.GetAsync($"/events?aggregateId={id}")).Items.ShouldBeEmpty();
        (await other.GetAsync("/events?types=lead.created")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Own_visibility_holds_in_the_log()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var ((mine, _), (other, _)) = (await tenant.MemberAsync(), await tenant.MemberAsync());
        (await mine.PostAsync("/leads", new { name = "Mine" })).ShouldBe(201);
        (await mine.EventsAsync("types=lead.created")).Items.Count.ShouldBe(1);
        (await other.GetAsync("/events?types=lead.created")).Items.ShouldBeEmpty();
        (await tenant.EventsAsync("types=lead.created")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Transactions_that_commit_out_of_order_are_never_skipped()
    {
        var tenant = await api.TenantAsync();
        await using var early = new NpgsqlConnection(api.AppConnectionString);
        await early.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await early.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var hidden = await InsertEventAsync(early, tenant.Id);

        // A later transaction commits first: a reader must not walk past the one still open.
        var later = await tenant.LeadAsync("Later");
        var read = new List<JsonNode?>();
        var after = await ReadOnAsync(tenant, "0", read);
        read.ShouldNotContain(e => (Guid)e!["aggregateId"]! == later);
        after = await ReadOnAsync(tenant, after, read);

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await tenant.EventsAsync($"aggregateId={later}");
        await ReadOnAsync(tenant, after, read);
        var ids = read.Select(e => (Guid)e!["aggregateId"]!).Where(id => id == later || id == hidden).ToList();
        ids.ShouldBe([hidden, later]);
        read.Select(e => (string?)e!["id"]).ShouldBeUnique();
    }

    [Fact]
    public async Task A_reader_beside_many_writers_sees_every_event_once_and_in_order()
    {
        var tenant = await api.TenantAsync();
        var read = new List<JsonNode?>();
        var writers = Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++) await tenant.LeadAsync($"Lead {w}.{i}");
        })).ToList();
        var all = Task.WhenAll(writers);
        var after = "0";
        while (!all.IsCompleted) after = await ReadOnAsync(tenant, after, read);
        await all;
        for (var tries = 0; tries < 200 && Leads(read) < 80; tries++) after = await ReadOnAsync(tenant, after, read);
        Leads(read).ShouldBe(80);
        read.Select(e => (string?)e!["id"]).ShouldBeUnique();
    }

    private static int Leads(List<JsonNode?> read) => read.Count(e => (string?)e!["type"] == "lead.created");

    private static async Task<string> ReadOnAsync(ApiClient client, string after, List<JsonNode?> read)
    {
        var page = (await client.GetAsync($"/events?after={after}&take=7")).ShouldBe(200);
        read.AddRange(page.Items);
        return (string)page.Meta["position"]!;
    }

    private static async Task<Guid> InsertEventAsync(NpgsqlConnection connection, Guid tenant)
    {
        var id = Guid.NewGuid();
        await using var command = new NpgsqlCommand("""
            select set_config('app.tenant_id', @tenant::text, true);
            insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type)
            values (@tenant, @id, 1, 0, 'lead.created', 'lead', @id, 1, now(), 'USER')
            """, connection);
        command.Parameters.AddWithValue("tenant", tenant);
        command.Parameters.AddWithValue("id", id);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return id;
    }
}
