using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Webhooks;

/// <summary>A webhook that is sent only what is about records that meet its filter.</summary>
public sealed class WebhookFilterTests(CrmApi api)
{
    [Fact]
    public async Task It_is_sent_what_meets_its_filter_when_it_happens_and_when_it_is_replayed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "tier", type = "TEXT" })).ShouldBe(201);
        var large = new { field = "value", op = "gte", value = 1000 };
        var gold = new { field = "customFields.tier", op = "eq", value = "gold" };
        var (id, _) = await tenant.WebhookAsync(receiver, more: new { filter = new { or = new object[] { large, gold } } });
        await tenant.LeadAsync("Small", 999);
        await tenant.LeadAsync("Large", 1000);
        await tenant.LeadAsync("None");
        await tenant.LeadAsync("Gold", 1, new { customFields = new { tier = "gold" } });

        await receiver.TakesAsync(2, "what meets it arrives");
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { after = "0" })).ShouldBe(200).Data["queued"]!.GetValue<int>().ShouldBe(2);
        await receiver.TakesAsync(4, "and again");
        receiver.Taken.Select(c => (string)c.Json["data"]!["record"]!["name"]!).Distinct().Order().ShouldBe(["Gold", "Large"]);
        (await tenant.GetAsync($"/webhooks/{id}")).Data["filter"]!["or"]!.AsArray().Count.ShouldBe(2);
        (await tenant.PatchAsync($"/webhooks/{id}", new { filter = (object?)null })).ShouldBe(200).Data["filter"].ShouldBeNull();
    }

    [Fact]
    public async Task Of_several_events_of_one_change_each_is_asked_by_what_came_of_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        await tenant.WebhookAsync(receiver, ["deal.won", "deal.stage_changed"], new { filter = new { field = "status", op = "eq", value = "WON" } });
        var won = (await tenant.GetAsync("/pipelines")).Items[0]!["stages"]!.AsArray().Single(s => (string?)s!["kind"] == "WON")!["id"];
        var deal = (await tenant.PostAsync("/deals", new { title = "Engine" })).ShouldBe(201).Id;
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = (string?)won })).ShouldBe(200);

        await receiver.TakesAsync(2, "both are sent");
        receiver.Taken.Select(c => c.Type).ShouldBe(["deal.stage_changed", "deal.won"]);
    }

    [Theory]
    [InlineData("lead.*", "no", "eq")]
    [InlineData("lead.*", "name", "bigger")]
    [InlineData("*", "name", "eq")]
    public async Task A_filter_that_cannot_be_asked_is_refused(string events, string field, string op)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/webhooks", new { url = "https://hooks.example/", events = new[] { events }, filter = new { field, op, value = "x" } }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("filter").ShouldBeTrue();
    }
}
