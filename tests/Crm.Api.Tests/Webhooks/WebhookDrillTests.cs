using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Microsoft.AspNetCore.Http;

namespace Crm.Api.Tests.Webhooks;

/// <summary>Drill: two instances, a receiver that fails every third call, and instances that are killed. Everything arrives at least once, each record's events in their order.</summary>
public sealed class WebhookDrillTests(CrmApi api)
{
    private const int Leads = 40, Events = 3 * Leads;

    [Fact]
    public async Task Killed_twice_while_a_receiver_fails_every_third_call_two_instances_lose_nothing_and_keep_the_order()
    {
        await using var receiver = await WebhookReceiver.StartAsync(call => call.Number % 3 == 0 ? Results.StatusCode(500) : Results.Ok());
        var database = await api.NewDatabaseAsync();
        (string, string)[] settings = [("ConnectionStrings__Crm", database), ("Jwt__Key", "two-instances-share-one-key-0123456789"), ("Webhooks__AllowedHosts", "127.0.0.1")];
        await using var one = await ServiceProcess.StartAsync(settings);
        await using var two = await ServiceProcess.StartAsync(settings);
        var owner = await one.Api.RegisterAsync();
        var (id, _) = await owner.WebhookAsync(receiver, more: new { isPaused = true, concurrencyLimit = 10 });
        await Task.WhenAll(Enumerable.Range(0, Leads).Select(async i =>
        {
            var lead = await owner.LeadAsync($"Lead {i}");
            foreach (var notes in (string[])["One", "Two"]) (await owner.PatchAsync($"/leads/{lead}", new { notes })).ShouldBe(200);
        }));
        (await owner.PutAsync($"/webhooks/{id}/resume")).ShouldBe(200);
        int Arrived() => receiver.Taken.Select(c => c.Id).Distinct().Count();

        await WebhookIntents.WhilePassingAsync(database, id, () => Task.FromResult(Arrived() > Events / 4), "a quarter arrives");
        await one.KillServiceAsync();
        await WebhookIntents.WhilePassingAsync(database, id, () => Task.FromResult(Arrived() > Events / 2), "half of it arrives at the other's hands");
        await one.StartAsync();
        await two.KillServiceAsync();
        await WebhookIntents.WhilePassingAsync(database, id, () => Task.FromResult(Arrived() == Events), "everything arrives");

        foreach (var record in receiver.Taken.GroupBy(c => c.Record))
        {
            var versions = record.Select(c => c.Version).ToList();
            versions.SequenceEqual(versions.Order()).ShouldBeTrue("a record's events arrive in their order");
            versions.Distinct().ShouldBe([1, 2, 3]);
        }
        var tenant = one.Api.As(owner.Token);
        await Eventually.Async(async () => (await tenant.DeliveriesAsync(id, "status=DELIVERED&take=200")).Count == Events, "and is written down");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Events} events in {receiver.Calls.Count} calls, {receiver.Taken.Count - Events} of them repeated; 2 kills; order kept for {Leads} records.");
    }
}
