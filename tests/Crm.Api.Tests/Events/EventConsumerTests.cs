using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Events;

/// <summary>Consumers whose place in the log is kept for them.</summary>
public sealed class EventConsumerTests(CrmApi api)
{
    [Fact]
    public async Task A_consumer_gets_the_same_until_it_acknowledges_and_then_the_next()
    {
        var tenant = await api.TenantAsync();
        var id = await ConsumerAsync(tenant);
        for (var i = 0; i < 5; i++) await tenant.LeadAsync($"Lead {i}");
        var log = (await tenant.EventsAsync("types=lead.created", 5)).Items.Select(e => (Guid)e!["id"]!).ToList();
        (await NextAsync(tenant, id, 2)).Ids.ShouldBe(log.Take(2));
        var (ids, position) = await NextAsync(tenant, id, 2);
        ids.ShouldBe(log.Take(2), "nothing is acknowledged");
        (await tenant.GetAsync($"/event-consumers/{id}")).ShouldBe(200).Data["lag"]!.GetValue<int>().ShouldBe(5);
        var moved = (await tenant.PostAsync($"/event-consumers/{id}/acknowledge", new { position })).ShouldBe(200);
        moved.Of("position").ShouldBe(position);
        ((int)moved.Data["lag"]!).ShouldBe(3);
        ((int)moved.Data["version"]!).ShouldBe(1, "a place moves without a version");
        (await NextAsync(tenant, id, 10)).Ids.ShouldBe(log.Skip(2));
    }

    [Fact]
    public async Task An_acknowledgement_never_goes_back_and_a_rewind_does()
    {
        var tenant = await api.TenantAsync();
        var id = await ConsumerAsync(tenant);
        for (var i = 0; i < 8; i++) await tenant.LeadAsync($"Lead {i}");
        var log = (await tenant.EventsAsync("types=lead.created", 8)).Items.Select(e => (string)e!["position"]!).ToList();
        foreach (var reply in await Task.WhenAll(log.Select(position => tenant.PostAsync($"/event-consumers/{id}/acknowledge", new { position })))) reply.ShouldBe(200);
        (await tenant.GetAsync($"/event-consumers/{id}")).Of("position").ShouldBe(log[^1], "the furthest counts, whichever came last");
        (await tenant.PostAsync($"/event-consumers/{id}/rewind", new { position = log[4] })).ShouldBe(200).Of("position").ShouldBe(log[4]);
        (await NextAsync(tenant, id, 10)).Ids.Count.ShouldBe(3);
        (await tenant.PostAsync($"/event-consumers/{id}/rewind", new { from = DateTimeOffset.UtcNow.AddDays(-1) })).ShouldBe(200);
        (await NextAsync(tenant, id, 10)).Ids.Count.ShouldBe(8);
        (await tenant.PostAsync($"/event-consumers/{id}/rewind", new { from = DateTimeOffset.UtcNow.AddDays(1) })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("from");
        (await NextAsync(tenant, id, 10)).Ids.Count.ShouldBe(8, "it has stayed where it was");
    }

    [Fact]
    public async Task What_is_no_position_or_not_reached_is_refused()
    {
        var tenant = await api.TenantAsync();
        var id = await ConsumerAsync(tenant);
        foreach (var position in (string[])["yesterday", "1.9000000000000000000.0", "99.1.0", "-1.0.0"])
            foreach (var act in (string[])["acknowledge", "rewind"])
                (await tenant.PostAsync($"/event-consumers/{id}/{act}", new { position })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("position").ShouldBeTrue();
        (await tenant.PostAsync($"/event-consumers/{id}/rewind", new { })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.GetAsync($"/event-consumers/{id}/events?take=0")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.PostAsync("/event-consumers", new { name = "Other", types = new[] { "lead.born" } })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/event-consumers", new { name = "Warehouse" })).ShouldFail(409, "DUPLICATE").Errors.ContainsKey("name").ShouldBeTrue();
    }

    [Fact]
    public async Task Members_may_not_and_another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await ConsumerAsync(mine);
        (await other.GetAsync($"/event-consumers/{id}/events")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/event-consumers/{id}/acknowledge", new { position = "0" })).ShouldFail(404, "NOT_FOUND");
        var (member, _) = await mine.MemberAsync();
        (await member.GetAsync($"/event-consumers/{id}/events")).ShouldFail(403, "FORBIDDEN");
        var (program, _) = await mine.KeyAsync(["event-consumers.read"]);
        (await program.GetAsync($"/event-consumers/{id}/events")).ShouldFail(403, "FORBIDDEN");
    }

    private static async Task<Guid> ConsumerAsync(ApiClient tenant) => (await tenant.PostAsync("/event-consumers", new { name = "Warehouse", types = new[] { "lead.created" } })).ShouldBe(201).Id;

    private static async Task<(IReadOnlyList<Guid> Ids, string Position)> NextAsync(ApiClient tenant, Guid id, int take)
    {
        var page = (await tenant.GetAsync($"/event-consumers/{id}/events?take={take}")).ShouldBe(200);
        return ([.. page.Items.Select(e => (Guid)e!["id"]!)], (string)page.Meta["position"]!);
    }
}
