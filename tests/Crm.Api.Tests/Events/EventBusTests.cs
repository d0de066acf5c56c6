using System.Collections.Concurrent;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Events;

public sealed class EventBusTests(CrmApi api)
{
    [Fact]
    public async Task What_is_committed_is_announced_in_order_and_what_is_undone_is_not()
    {
        var tenant = await api.TenantAsync();
        var heard = new Heard();
        await using var listening = new ConfiguredApi(api, services => services.AddSingleton<IEventListener>(heard));
        var client = listening.Anonymous.As(tenant.Token);
        var id = (await client.PostAsync("/leads", new { name = "Ada" })).ShouldBe(201).Id;
        (await client.PatchAsync($"/leads/{id}", new { company = "Analytical Ltd" })).ShouldBe(200);
        (await client.PatchAsync($"/leads/{id}", new { company = "Analytical Ltd" })).ShouldBe(200); // changes nothing
        (await client.PostAsync("/leads", new { name = "" })).ShouldBe(400);
        (await client.PostAsync("/leads/batch", new { operations = new object[] { Create("One"), Create("Twin", "X-1"), Create("Twin", "X-1"), Create("Two") } })).ShouldBe(200);
        (await client.PostAsync("/leads/batch", new { atomic = true, operations = new object[] { Create("Three"), Create("Twin", "X-1") } })).ShouldBe(409);
        var mine = heard.Of(tenant.Id);
        mine.Select(n => n.Type).ShouldBe(["lead.created", "lead.updated", "lead.created", "lead.created", "lead.created"]);
        mine.Take(2).ShouldAllBe(n => n.AggregateId == id && n.ActorId == tenant.UserId && n.OwnerId == tenant.UserId);
        mine[1].Version.ShouldBe(2);
        (await tenant.GetAsync("/events?types=lead.created,lead.updated")).Items.Select(e => (Guid)e!["id"]!).ShouldBe(mine.Select(n => n.EventId), "the log and the bus tell the same");
    }

    [Fact]
    public async Task A_listener_that_fails_neither_fails_the_request_nor_deafens_the_others()
    {
        var tenant = await api.TenantAsync();
        var heard = new Heard();
        await using var listening = new ConfiguredApi(api, services => services.AddSingleton<IEventListener>(new Broken()).AddSingleton<IEventListener>(heard), ("Logging:LogLevel:Default", "None"));
        (await listening.Anonymous.As(tenant.Token).PostAsync("/leads", new { name = "Ada" })).ShouldBe(201);
        heard.Of(tenant.Id).Count.ShouldBe(1);
    }

    private static object Create(string name, string? externalId = null) => new { op = "create", data = new { name, externalId } };

    private sealed class Heard : IEventListener
    {
        private readonly ConcurrentQueue<EventNotice> _notices = new();

        public IReadOnlyList<EventNotice> Of(Guid tenantId) => [.. _notices.Where(n => n.TenantId == tenantId)];

        public Task HearAsync(EventNotice notice, CancellationToken ct)
        {
            _notices.Enqueue(notice);
            return Task.CompletedTask;
        }
    }

    private sealed class Broken : IEventListener
    {
        public Task HearAsync(EventNotice notice, CancellationToken ct) => throw new InvalidOperationException("This listener is broken.");
    }
}
