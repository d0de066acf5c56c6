using Crm.Api.Tests.Fixture;
using Crm.Application.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Crm.Api.Tests.Webhooks;

/// <summary>What waits for what: a record's events for each other, a webhook for nobody.</summary>
public sealed class WebhookOrderTests(CrmApi api)
{
    [Fact]
    public async Task A_record_s_events_wait_for_the_one_that_fails_and_other_records_do_not()
    {
        Guid stuck = default;
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = call => call.Record == stuck ? Results.StatusCode(500) : Results.Ok();
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver, more: new { isPaused = true });
        (stuck, var fine) = (await tenant.LeadAsync("Stuck"), await tenant.LeadAsync("Fine"));
        foreach (var lead in (Guid[])[stuck, fine])
            foreach (var notes in (string[])["One", "Two"]) (await tenant.PatchAsync($"/leads/{lead}", new { notes })).ShouldBe(200);
        (await tenant.PutAsync($"/webhooks/{id}/resume")).ShouldBe(200);
        await Eventually.Async(() => Task.FromResult(receiver.Taken.Count(c => c.Record == fine) == 3), "the other record's arrive");
        await tenant.DeliveryAsync(id, d => (Guid)d["aggregateId"]! == stuck && (int)d["attemptCount"]! == 1);
        receiver.Calls.Where(c => c.Record == stuck).Select(c => c.Version).Distinct().ShouldBe([1]);

        receiver.Answer = null;
        await WebhookIntents.WhilePassingAsync(api.AppConnectionString, id, () => Task.FromResult(receiver.Taken.Count(c => c.Record == stuck) == 3), "the rest follows");
        receiver.Taken.Where(c => c.Record == stuck).Select(c => c.Version).ShouldBe([1, 2, 3]);
        receiver.Taken.Where(c => c.Record == fine).Select(c => c.Version).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_holds_its_own_slots_and_nobody_else()
    {
        await using var dead = await WebhookReceiver.StartAsync(_ => null);
        await using var alive = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (silent, _) = await tenant.WebhookAsync(dead, more: new { concurrencyLimit = 3 });
        await tenant.WebhookAsync(alive, more: new { concurrencyLimit = 10 });
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => tenant.LeadAsync($"Lead {i}")));

        await alive.TakesAsync(30, "everything arrives where somebody answers");
        await Eventually.Async(() => Task.FromResult(dead.Calls.Count >= 3), "the other is called, too");
        dead.MostOpen.ShouldBeLessThanOrEqualTo(3);
        alive.MostOpen.ShouldBeLessThanOrEqualTo(10);
        (await tenant.DeleteAsync($"/webhooks/{silent}")).ShouldBe(204);
    }

    [Fact]
    public async Task A_replay_sends_a_range_again_in_its_order_with_the_same_ids()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync("Before there was a webhook");
        var (id, _) = await tenant.WebhookAsync(receiver);
        for (var i = 0; i < 3; i++) (await tenant.PatchAsync($"/leads/{lead}", new { notes = $"{i}" })).ShouldBe(200);
        var log = (await tenant.EventsAsync("types=lead.created,lead.updated", 4)).Items;
        string[] Ids(Range range) => [.. log.Select(e => (string)e!["id"]!).ToArray()[range]];
        await Eventually.Async(() => Task.FromResult(receiver.Taken.LastOrDefault()?.Id == Ids(3..)[0]), "it is sent what happens");

        var sent = receiver.Taken.Count;
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { after = (string?)log[1]!["position"] })).ShouldBe(200).Data["queued"]!.GetValue<int>().ShouldBe(2);
        await receiver.TakesAsync(sent + 2, "from a position on");
        receiver.Taken.TakeLast(2).Select(c => c.Id).ShouldBe(Ids(2..));

        (await tenant.PostAsync($"/webhooks/{id}/replay", new { from = (string?)log[0]!["occurredAt"], to = (string?)log[2]!["occurredAt"] })).ShouldBe(200).Data["queued"]!.GetValue<int>().ShouldBe(2);
        await receiver.TakesAsync(sent + 4, "of a time");
        receiver.Taken.TakeLast(2).Select(c => c.Id).ShouldBe(Ids(..2), "also what happened before it was there");
        (await tenant.DeliveriesAsync(id)).Count.ShouldBe(4, "one delivery for each event, however often it is sent");
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { after = "nonsense" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { after = "99.1.0" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("after");
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { from = "2999-01-01T00:00:00Z" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("from");
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { after = "0", from = "2026-01-01T00:00:00Z" })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("*", "lead.created", true)]
    [InlineData("lead.*", "lead.converted", true)]
    [InlineData("lead.*", "leads.created", false)]
    [InlineData("deal.won", "deal.won", true)]
    [InlineData("deal.won", "deal.lost", false)]
    [InlineData("deal.*", "deal_setting.created", false)]
    public void A_pattern_is_a_type_a_kind_of_record_or_everything(string pattern, string type, bool matches) => WebhookEvents.Include([pattern], type).ShouldBe(matches);
}
