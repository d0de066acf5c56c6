using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Analytics;

public sealed class EventAnalyticsTests(CrmApi api)
{
    [Fact]
    public async Task Events_are_counted_by_type_kind_user_and_time_with_their_rates()
    {
        var tenant = await api.TenantAsync();
        var (colleague, colleagueId) = await tenant.MemberAsync();
        var lead = (await tenant.PostAsync("/leads", new { name = "One" })).ShouldBe(201).Id;
        await tenant.PatchAsync($"/leads/{lead}", new { notes = "Changed" });
        for (var i = 0; i < 3; i++) (await colleague.PostAsync("/leads", new { name = $"His {i}" })).ShouldBe(201);

        var byType = await CountsAsync(tenant, "groupBy=type&aggregateType=lead");
        Groups(byType).ShouldBe([("lead.created", 4), ("lead.updated", 1)]);
        ((decimal)byType.Data["groups"]![0]!["share"]!).ShouldBe(0.8m);
        ((decimal)byType.Data["groups"]![0]!["perDay"]!).ShouldBe(Math.Round(4 / 30m, 4));
        ((long)byType.Data["total"]!).ShouldBe(5);
        Groups(await CountsAsync(tenant, "types=lead.created")).ShouldBe([("lead.created", 4)]);
        Groups(await CountsAsync(tenant, "groupBy=aggregateType&types=lead.created,lead.updated")).ShouldBe([("lead", 5)]);
        var byUser = await CountsAsync(tenant, "groupBy=user&types=lead.created");
        Groups(byUser).ShouldBe([(colleagueId.ToString(), 3), (tenant.UserId.ToString(), 1)]);
        ((string?)byUser.Data["groups"]![0]!["label"]).ShouldNotBeNull();
        foreach (var unit in (string[])["hour", "day", "week", "month"])
        {
            var buckets = await CountsAsync(tenant, $"groupBy={unit}&types=lead.created");
            Groups(buckets).Sum(g => g.Count).ShouldBe(4);
            DateTimeOffset.Parse(Groups(buckets)[0].Key!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow);
        }
        Groups(await CountsAsync(tenant, "from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_funnel_follows_a_lead_into_the_deal_it_became()
    {
        var tenant = await api.TenantAsync();
        var leads = new List<Guid>();
        for (var i = 0; i < 4; i++) leads.Add((await tenant.PostAsync("/leads", new { name = $"Lead {i}", value = new { amount = 10, currency = "EUR" } })).ShouldBe(201).Id);
        var deals = new List<Guid>();
        foreach (var lead in leads.Take(2)) deals.Add((Guid)(await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = true })).ShouldBe(200).Data["dealId"]!);
        var stages = (await tenant.GetAsync("/pipelines")).Items[0]!["stages"]!.AsArray();
        var won = (Guid)stages.Single(s => (string)s!["kind"]! == "WON")!["id"]!;
        (await tenant.PutAsync($"/deals/{deals[0]}/stage", new { stageId = won })).ShouldBe(200);
        // A deal without a lead is won, too, and is in nobody's path.
        (await tenant.PostAsync("/deals", new { title = "Direct", stageId = won })).ShouldBe(201);

        JsonArray steps = [];
        await Eventually.Async(async () =>
        {
            steps = (await tenant.GetAsync("/analytics/funnel")).ShouldBe(200).Data["steps"]!.AsArray();
            return (long)steps[2]!["count"]! == 1;
        }, "the path ends with a won deal");
        steps.Select(s => ((string)s!["type"]!, (long)s["count"]!)).ShouldBe([("lead.created", 4), ("lead.converted", 2), ("deal.won", 1)]);
        ((decimal)steps[1]!["fromFirst"]!).ShouldBe(0.5m);
        ((decimal)steps[2]!["fromFirst"]!).ShouldBe(0.25m);
        ((decimal)steps[2]!["fromPrevious"]!).ShouldBe(0.5m);
        ((decimal)steps[1]!["medianSeconds"]!).ShouldBeGreaterThan(0);
        steps[0]!["medianSeconds"].ShouldBeNull();
        // In the other order nobody gets anywhere.
        var backwards = (await tenant.GetAsync("/analytics/funnel?steps=deal.won,lead.created")).ShouldBe(200).Data["steps"]!.AsArray();
        backwards.Select(s => (long)s!["count"]!).ShouldBe([2, 0]);
    }

    [Fact]
    public async Task A_step_that_is_asked_for_twice_takes_two_events()
    {
        var tenant = await api.TenantAsync();
        var (once, twice) = (await tenant.LeadAsync("Once"), await tenant.LeadAsync("Twice"));
        foreach (var lead in new[] { once, twice, twice }) (await tenant.PatchAsync($"/leads/{lead}", new { notes = Guid.NewGuid().ToString() })).ShouldBe(200);
        await tenant.EventsAsync("types=lead.updated", 3);
        (await CountsAsync("lead.created,lead.created")).ShouldBe([2, 0]);
        (await CountsAsync("lead.created,lead.updated,lead.updated")).ShouldBe([2, 2, 1]);
        (await CountsAsync("lead.created,lead.updated,lead.updated,lead.updated")).ShouldBe([2, 2, 1, 0]);
        (await CountsAsync("lead.updated,lead.created")).ShouldBe([2, 0], "in order");

        async Task<IEnumerable<long>> CountsAsync(string steps) => (await tenant.GetAsync($"/analytics/funnel?steps={steps}")).ShouldBe(200).Data["steps"]!.AsArray().Select(s => (long)s!["count"]!);
    }

    [Fact]
    public async Task A_chain_tells_what_led_to_an_event_and_what_followed_from_it()
    {
        var tenant = await api.TenantAsync();
        var customer = (await tenant.PostAsync("/customers", new { name = "New" })).ShouldBe(201).Id;
        var created = (await tenant.EventsAsync($"types=customer.created&aggregateId={customer}")).Items.Single()!;
        var chain = (await tenant.GetAsync($"/events/{created["id"]}/chain")).ShouldBe(200).Data;
        chain["causes"]!.AsArray().ShouldBeEmpty("it began with a request");
        ((bool)chain["isComplete"]!).ShouldBeTrue();
        var task = chain["consequences"]!.AsArray().Single(l => (string)l!["event"]!["type"]! == "task.created")!;
        ((int)task["depth"]!).ShouldBe(1);

        var back = (await tenant.GetAsync($"/events/{task["event"]!["id"]}/chain")).ShouldBe(200).Data;
        var cause = back["causes"]!.AsArray().ShouldHaveSingleItem()!;
        ((int)cause["depth"]!, (string)cause["event"]!["id"]!).ShouldBe((-1, (string)created["id"]!));
        (await tenant.GetAsync($"/events/{Guid.NewGuid()}/chain")).ShouldFail(404, "NOT_FOUND");
        (await (await api.TenantAsync()).GetAsync($"/events/{created["id"]}/chain")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Who_sees_some_records_only_counts_and_follows_those()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (colleague, _) = await tenant.MemberAsync();
        var lead = (await tenant.PostAsync("/leads", new { name = "Mine" })).ShouldBe(201).Id;
        (await colleague.PostAsync("/leads", new { name = "His" })).ShouldBe(201);
        await Eventually.Async(async () => Groups(await CountsAsync(tenant, "types=lead.created")) is [{ Count: 2 }], "both are told");
        Groups(await CountsAsync(colleague, "types=lead.created")).ShouldBe([("lead.created", 1)]);
        ((long)(await colleague.GetAsync("/analytics/funnel")).ShouldBe(200).Data["steps"]![0]!["count"]!).ShouldBe(1);
        var created = (await tenant.EventsAsync($"types=lead.created&aggregateId={lead}")).Items.Single()!;
        (await colleague.GetAsync($"/events/{created["id"]}/chain")).ShouldFail(404, "NOT_FOUND");
    }

    [Theory]
    [InlineData("/analytics/events?groupBy=colour"), InlineData("/analytics/events?types=lead.eaten"), InlineData("/analytics/events?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")]
    [InlineData("/analytics/events?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"), InlineData("/analytics/events?groupBy=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z")]
    [InlineData("/analytics/events?to=0001-01-01T00:00:01Z"), InlineData("/analytics/funnel?steps=lead.created"), InlineData("/analytics/funnel?steps=lead.created,lead.eaten"), InlineData("/analytics/funnel?steps=")]
    public async Task What_cannot_be_asked_is_refused(string path)
    {
        var reply = await (await api.TenantAsync()).GetAsync(path);
        if (path.Contains("0001", StringComparison.Ordinal)) reply.ShouldBe(200);
        else reply.ShouldFail(400, "INVALID_QUERY");
    }

    private static Task<Reply> CountsAsync(ApiClient caller, string query) => caller.GetAsync($"/analytics/events?{query}").ContinueWith(t => t.Result.ShouldBe(200), TaskScheduler.Default);

    private static List<(string? Key, long Count)> Groups(Reply counts) => [.. counts.Data["groups"]!.AsArray().Select(g => ((string?)g!["key"], (long)g["count"]!))];
}
