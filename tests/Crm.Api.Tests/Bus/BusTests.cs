using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Application.Work;
using Crm.Domain.Work;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Crm.Api.Tests.Bus;

/// <summary>The event bus on a real RabbitMQ.</summary>
public sealed class BusTests(CrmApi api)
{
    [Fact]
    public async Task Every_event_is_a_persistent_CloudEvent_of_the_topic_exchange_and_waits_in_order_while_the_broker_is_down()
    {
        await using var rabbit = await RabbitServer.StartedAsync();
        await using var service = new ConfiguredApi(api, ("ConnectionStrings:Crm", await api.NewDatabaseAsync()), ("RabbitMq:Uri", rabbit.Uri.ToString()), ("Logging:LogLevel:Default", "None"));
        await rabbit.QueueAsync("test.leads", "*.lead.*");
        var tenant = await service.Anonymous.RegisterAsync();
        await tenant.LeadAsync("Before");
        await Eventually.Async(async () => await rabbit.CountAsync("test.leads") == 1, "it arrives");
        (await service.Anonymous.GetAsync("/health/ready")).ShouldBe(200).Text.ShouldBe("""{"status":"UP"}""");
        await rabbit.KillAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => tenant.LeadAsync($"Lead {i}")));
        await Eventually.Async(async () => (await service.Anonymous.GetAsync("/health/ready")) is { Status: 200 } ready && ready.Text.Contains("DEGRADED", StringComparison.Ordinal), "it says so, and goes on");
        (await service.Anonymous.GetAsync("/health")).ShouldBe(200).Json["checks"]!.AsArray().Single(c => (string)c!["name"]! == "broker")!["status"]!.ToString().ShouldBe("DOWN");
        (await service.Anonymous.GetAsync("/metrics")).Text.ShouldContain("crm_bus_down 1");

        await rabbit.StartAsync();
        await Eventually.Async(async () => await rabbit.CountAsync("test.leads") >= 51, "the backlog drains", TimeSpan.FromMinutes(2));
        var log = (await tenant.EventsAsync("aggregateType=lead&take=200", 51)).Items;
        var taken = await rabbit.TakeAsync("test.leads");
        taken.Select(t => (string)t.Told["id"]!).Distinct().ShouldBe(log.Select(e => (string)e!["id"]!), "in the log's order");
        var first = taken[0].Told;
        ((string?)first["specversion"]).ShouldBe("1.0");
        ((string?)first["type"]).ShouldBe("lead.created");
        ((string?)first["source"]).ShouldBe($"/tenants/{tenant.Id}");
        first["data"]!.ToJsonString().ShouldBe(log[0]!.ToJsonString());
        taken.All(t => t.Properties is { Persistent: true, ContentType: "application/cloudevents+json" }).ShouldBeTrue();
        await Eventually.Async(async () => (await service.Anonymous.GetAsync("/metrics")).Text.Contains("crm_bus_down 0", StringComparison.Ordinal), "and that it is back");
    }

    [Fact]
    public async Task A_message_that_comes_again_has_no_second_effect_and_one_that_fails_comes_again()
    {
        await using var rabbit = await RabbitServer.StartedAsync();
        var tries = new ConcurrentDictionary<string, int>();
        await using var service = new ConfiguredApi(api, services => services.AddSingleton(tries).AddTransient<IBusHandler, TaskPerMessage>(),
            ("ConnectionStrings:Crm", await api.NewDatabaseAsync()), ("RabbitMq:Uri", rabbit.Uri.ToString()), ("Logging:LogLevel:Default", "None"));
        var tenant = await service.Anonymous.RegisterAsync();
        await using var hub = await rabbit.ConnectAsync();
        await using var channel = await hub.CreateChannelAsync();
        await Eventually.Async(() => ExistsAsync(rabbit, TaskPerMessage.Name), "its queue is there");
        foreach (var id in (string[])["one", "one", "bad", "one", "two"])
            await channel.BasicPublishAsync("crm.events", $"{tenant.Id}.shop.ordered", Ordered(tenant, id));
        await channel.BasicPublishAsync("crm.events", $"{tenant.Id}.shop.ordered", "nonsense"u8.ToArray());
        await channel.BasicPublishAsync("crm.events", $"{tenant.Id}.shop.ordered", Ordered(tenant, "last"));
        await Eventually.Async(async () => (await TitlesAsync(tenant)).Contains("Ship last"), "all are handled");
        (await TitlesAsync(tenant)).Order().ShouldBe(["Ship bad", "Ship last", "Ship one", "Ship two"]);
        tries["bad"].ShouldBe(2);
    }

    /// <summary>A message of another system.</summary>
    private static byte[] Ordered(TenantClient tenant, string id) =>
        JsonSerializer.SerializeToUtf8Bytes(new { specversion = "1.0", id, type = "shop.ordered", tenantid = tenant.Id, data = new { title = $"Ship {id}" } });

    private static async Task<IReadOnlyList<string>> TitlesAsync(ApiClient tenant) => [.. (await tenant.GetAsync("/tasks?take=200&fields=title")).ShouldBe(200).Items.Select(t => (string)t!["title"]!)];

    private static async Task<bool> ExistsAsync(RabbitServer rabbit, string queue)
    {
        await using var hub = await rabbit.ConnectAsync();
        await using var channel = await hub.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).ConsumerCount == 1;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return false;
        }
    }

    private sealed class TaskPerMessage(ConcurrentDictionary<string, int> tries, IMediator sender, IRequestContext context) : IBusHandler
    {
        public const string Name = "test.tasks";

        public string Queue => Name;

        public IReadOnlyList<string> Keys => ["*.shop.ordered"];

        public async Task HandleAsync(BusMessage message, CancellationToken ct)
        {
            context.Caller.IsSystem.ShouldBeTrue();
            await sender.Send(new CreateTask(new TaskDetails { Title = message.Data.GetProperty("title").GetString()! }), ct);
            if (tries.AddOrUpdate(message.Id, 1, (_, n) => n + 1) == 1 && message.Id == "bad") throw new InvalidOperationException("The first time it fails.");
        }
    }
}
