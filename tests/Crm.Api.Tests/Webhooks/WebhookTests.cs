using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Webhooks;

/// <summary>Webhooks as records: making, changing, pausing, their secret, who may.</summary>
public sealed class WebhookTests(CrmApi api)
{
    [Fact]
    public async Task One_is_made_with_a_secret_that_is_shown_this_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var made = (await tenant.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "lead.*", "deal.won" } }, ("Idempotency-Key", "once"))).ShouldBe(201);
        Convert.FromBase64String(made.Of("secret")!["whsec_".Length..]).Length.ShouldBe(32);
        (made.Of("status"), made.Header("ETag")).ShouldBe(("ACTIVE", "\"1\""));

        var read = await tenant.GetAsync($"/webhooks/{made.Id}");
        read.ShouldBe(200).Data["secret"].ShouldBeNull();
        foreach (var text in (string[])[read.Text, (await tenant.GetAsync($"/webhooks/{made.Id}/history")).Text, (await tenant.EventsAsync("types=webhook.created")).Text])
            text.ShouldNotContain(made.Of("secret")!);
        var again = (await tenant.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "lead.*", "deal.won" } }, ("Idempotency-Key", "once"))).ShouldBe(201);
        again.Id.ShouldNotBe(made.Id, "an answer with a secret is not kept for a retry");
    }

    [Theory]
    [InlineData("http://localhost/hooks")]
    [InlineData("http://10.0.0.1/hooks")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::1]/hooks")]
    [InlineData("https://user:secret@hooks.example/")]
    [InlineData("ftp://hooks.example/")]
    [InlineData("hooks.example")]
    [InlineData("https://xn--/")]
    [InlineData("https://xn--zzzzzz--.example/")]
    [InlineData("https://-hooks.example/")]
    public async Task An_address_inside_or_none_is_refused_when_it_is_saved(string url)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver);

        (await tenant.PostAsync("/webhooks", new { url })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("url").ShouldBeTrue();
        (await tenant.PatchAsync($"/webhooks/{id}", new { url })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("url").ShouldBeTrue();
        var batch = (await tenant.PostAsync("/webhooks/batch", new { operations = new[] { new { op = "update", id, data = new { url } } } })).ShouldBe(200);
        ((int)batch.Items[0]!["status"]!).ShouldBe(400, batch.Text);
        (await tenant.GetAsync($"/webhooks/{id}")).Of("url").ShouldBe(receiver.Url);
    }

    [Fact]
    public async Task What_it_asks_for_must_be_there()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/webhooks", new { })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("url").ShouldBeTrue();
        var refused = (await tenant.PostAsync("/webhooks", new { url = "https://hooks.example/", events = new[] { "lead.exploded" }, concurrencyLimit = 11 })).ShouldFail(400, "VALIDATION_FAILED");
        refused.Errors.Select(e => e.Key).Order().ShouldBe(["concurrencyLimit", "events[0]"]);
        (await tenant.PostAsync("/webhooks", new { url = "https://hooks.example/", events = Array.Empty<string>() })).ShouldFail(400, "VALIDATION_FAILED");
        var all = (await tenant.PostAsync("/webhooks", new { url = "https://hooks.example/" })).ShouldBe(201);
        all.Data["events"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("*");
    }

    [Fact]
    public async Task Only_those_who_may_everything_may_and_other_tenants_see_nothing()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (id, _) = await mine.WebhookAsync(receiver);
        var manager = (await mine.MemberAsync("MANAGER")).Client;
        (await manager.GetAsync($"/webhooks/{id}/deliveries")).ShouldFail(403, "FORBIDDEN");
        (await mine.GetAsync($"/webhooks/{id}/deliveries?eventType=lead.exploded")).ShouldFail(400, "INVALID_QUERY").Errors.ShouldContainKey("eventType");
        foreach (var type in new[] { "lead.created", "webhook.test" }) (await mine.GetAsync($"/webhooks/{id}/deliveries?eventType={type}")).ShouldBe(200);
        (await manager.PostAsync("/webhooks", new { url = receiver.Url })).ShouldFail(403, "FORBIDDEN");
        var delivery = (await mine.PostAsync($"/webhooks/{id}/test")).ShouldBe(200).Of("deliveryId");
        (string Method, string Path)[] calls =
        [
            ("GET", ""), ("PATCH", ""), ("PUT", "/pause"), ("PUT", "/resume"), ("POST", "/rotate-secret"), ("POST", "/test"), ("POST", "/replay"), ("GET", "/deliveries"),
            ("GET", $"/deliveries/{delivery}"), ("POST", $"/deliveries/{delivery}/redeliver"),
        ];
        foreach (var (method, path) in calls)
            (await other.SendAsync(method, $"/webhooks/{id}{path}", method switch { "PATCH" => new { description = "x" }, "POST" when path == "/replay" => new { after = "0" }, _ => null })).ShouldFail(404, "NOT_FOUND");
        var theirs = await other.WebhookAsync(receiver);
        (await other.GetAsync($"/webhooks/{theirs.Id}/deliveries/{delivery}")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/webhooks/{theirs.Id}/deliveries/{delivery}/redeliver")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Paused_it_gathers_and_resumed_it_sends_in_order()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver);
        (await tenant.PutAsync($"/webhooks/{id}/pause")).ShouldBe(200).Of("status").ShouldBe("PAUSED");
        (await tenant.PutAsync($"/webhooks/{id}/pause")).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        (await tenant.PostAsync($"/webhooks/{id}/test")).ShouldFail(409, "INVALID_STATE");
        var lead = await tenant.LeadAsync();
        (await tenant.PatchAsync($"/leads/{lead}", new { notes = "Called" })).ShouldBe(200);
        await Eventually.Async(async () => (await tenant.DeliveriesAsync(id)).Count == 2, "both gather");
        receiver.Calls.ShouldBeEmpty();

        (await tenant.PutAsync($"/webhooks/{id}/resume")).ShouldBe(200).Of("status").ShouldBe("ACTIVE");

        await WebhookIntents.WhilePassingAsync(api.AppConnectionString, id, () => Task.FromResult(receiver.Calls.Count >= 2), "both are sent");
        receiver.Calls.Select(c => c.Type).ShouldBe(["lead.created", "lead.updated"]);
    }

    [Fact]
    public async Task Rotated_twice_the_first_secret_ends()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (id, first) = await tenant.WebhookAsync(receiver);
        var second = (await tenant.PostAsync($"/webhooks/{id}/rotate-secret")).ShouldBe(200);
        var third = (await tenant.PostAsync($"/webhooks/{id}/rotate-secret")).ShouldBe(200);
        (third.Data["secretRotatedAt"], third.Header("ETag")).ShouldSatisfyAllConditions(s => s.Item1.ShouldNotBeNull(), s => s.Item2.ShouldBe("\"3\""));
        (await tenant.PostAsync($"/webhooks/{id}/test")).ShouldBe(200);
        await receiver.CalledAsync(1, "the test arrives");
        var call = receiver.Calls.Single();
        string Signed(string secret) => Infrastructure.Webhooks.StandardWebhooks.Sign(Convert.FromBase64String(secret["whsec_".Length..]), call.Id, call.Timestamp, System.Text.Encoding.UTF8.GetBytes(call.Body));
        call.Signature.Split(' ').ShouldBe([Signed(third.Of("secret")!), Signed(second.Of("secret")!)]);
        call.Signature.ShouldNotContain(Signed(first));
    }

    [Fact]
    public async Task Deleted_it_is_sent_nothing_and_restored_it_begins_with_what_comes()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver, more: new { isPaused = true });
        await tenant.LeadAsync("Before");
        await Eventually.Async(async () => (await tenant.DeliveriesAsync(id)).Count == 1, "it gathers");
        (await tenant.DeleteAsync($"/webhooks/{id}")).ShouldBe(204);
        await tenant.LeadAsync("Meanwhile");
        (await tenant.PostAsync($"/webhooks/{id}/restore")).ShouldBe(200);
        (await tenant.PutAsync($"/webhooks/{id}/resume")).ShouldBe(200);
        await tenant.LeadAsync("After");
        await Eventually.Async(() => Task.FromResult(!receiver.Calls.IsEmpty), "it is sent something again");
        receiver.Calls.Select(c => (string)c.Json["data"]!["record"]!["name"]!).ShouldNotContain("Before");
        (await tenant.DeliveriesAsync(id, "status=CANCELLED")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_lost_its_place_in_the_queue_gets_it_back_and_what_nobody_wants_any_more_goes()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver, more: new { isPaused = true });
        await tenant.LeadAsync();
        await Eventually.Async(async () => (await tenant.DeliveriesAsync(id)).Count == 1, "it gathers");
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        (await connection.ExecuteAsync("delete from crm.webhook_lanes where webhook_id = @id", new { id })).ShouldBe(1);
        (await tenant.PutAsync($"/webhooks/{id}/resume")).ShouldBe(200);
        await receiver.TakesAsync(1, "it is sent all the same");

        // As an event that came in while its webhook was being deleted.
        var nobody = Guid.NewGuid();
        await connection.ExecuteAsync("insert into crm.webhook_lanes (tenant_id, webhook_id, aggregate_id) values (@tenant, @nobody, @nobody)", new { tenant = tenant.Id, nobody });
        await Eventually.Async(async () => await connection.QuerySingleAsync<long>("select count(*) from crm.webhook_lanes where webhook_id = @nobody", new { nobody }) == 0, "it is let go");
    }

    [Fact]
    public async Task An_organization_has_a_hundred_webhooks_at_most_whoever_comes_at_once()
    {
        var tenant = await api.TenantAsync();
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            await connection.ExecuteAsync("insert into crm.webhooks (tenant_id, id, url, events, is_paused) select @Id, gen_random_uuid(), 'https://hooks.example/', '{deal.won}', true from generate_series(1, 98)", new { tenant.Id });
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => tenant.PostAsync("/webhooks", new { url = "https://hooks.example/", events = new[] { "deal.won" }, isPaused = true })));
        made.Count(r => r.Status == 201).ShouldBe(2);
        foreach (var refused in made.Where(r => r.Status != 201)) refused.ShouldFail(409, "INVALID_STATE");
        var first = made.First(r => r.Status == 201).Id;
        (await tenant.DeleteAsync($"/webhooks/{first}")).ShouldBe(204);
        (await tenant.PostAsync("/webhooks", new { url = "https://hooks.example/", events = new[] { "deal.won" }, isPaused = true })).ShouldBe(201);
        (await tenant.PostAsync($"/webhooks/{first}/restore")).ShouldFail(409, "INVALID_STATE");
    }
}
