using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Infrastructure.Webhooks;
using Dapper;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Crm.Api.Tests.Webhooks;

/// <summary>What is sent, in which order, how often, and what receivers can do about it.</summary>
public sealed class WebhookDeliveryTests(CrmApi api)
{
    [Fact]
    public async Task An_event_is_sent_as_the_log_shows_it_signed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var (id, secret) = await tenant.WebhookAsync(receiver, ["lead.created"]);
        var lead = await tenant.LeadAsync("Ada Byron", 1250);
        (await tenant.PatchAsync($"/leads/{lead}", new { notes = "Not asked for" })).ShouldBe(200);
        await receiver.CalledAsync(1, "it arrives");

        var call = receiver.Calls.Single();
        JsonNode.DeepEquals(call.Json, (await tenant.EventsAsync("types=lead.created")).Items.Single()).ShouldBeTrue(call.Body);
        call.Id.ShouldBe((string?)call.Json["id"]);
        call.Signature.ShouldBe(StandardWebhooks.Sign(Convert.FromBase64String(secret["whsec_".Length..]), call.Id, call.Timestamp, System.Text.Encoding.UTF8.GetBytes(call.Body)));
        var delivery = await tenant.DeliveryAsync(id, d => (string?)d["status"] == "DELIVERED");
        ((int)delivery["attemptCount"]!, (int)delivery["lastStatus"]!, delivery["endedAt"] is null).ShouldBe((1, 200, false));
        var attempt = delivery["attempts"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)attempt["url"]!, (string)attempt["requestBody"]!, (string)attempt["requestHeaders"]!["webhook-id"]!).ShouldBe((receiver.Url, call.Body, call.Id));
        attempt["responseHeaders"]!["Content-Length"].ShouldNotBeNull();
        (await tenant.DeliveriesAsync(id, "status=FAILED")).ShouldBeEmpty();
        (await tenant.DeliveriesAsync(id, "status=DELIVERED&eventType=lead.created")).Count.ShouldBe(1);
        (await tenant.GetAsync($"/webhooks/{id}/deliveries?status=LOST")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task What_fails_is_tried_ten_times_with_a_fresh_timestamp_and_then_given_up()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => Results.Text("Not today", statusCode: 500));
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver);
        await tenant.LeadAsync();
        for (var attempt = 1; attempt < WebhookRetries.MaxAttempts; attempt++)
        {
            var tried = await tenant.DeliveryAsync(id, d => (int)d["attemptCount"]! >= attempt, $"try {attempt} is not made");
            // The first waits are short: where this test is held up, the next try may have been made.
            attempt = (int)tried["attemptCount"]!;
            (string.Join(',', (string?)tried["status"], (int)tried["lastStatus"]!)).ShouldBe("PENDING,500");
            var wait = (DateTimeOffset)tried["nextAttemptAt"]! - (DateTimeOffset)tried["lastAttemptAt"]!;
            // The wait begins when the try ends, however slow the machine is.
            wait.ShouldBeGreaterThan(WebhookRetries.Delay(attempt, 0, null) - TimeSpan.FromSeconds(1));
            wait.ShouldBeLessThan(WebhookRetries.Delay(attempt, 1, null) + TimeSpan.FromMinutes(1));
            await WebhookIntents.DueNowAsync(api.AppConnectionString, id);
        }
        var given = await tenant.DeliveryAsync(id, d => (string?)d["status"] == "FAILED", "it is given up");
        given["nextAttemptAt"].ShouldBeNull();
        var attempts = given["attempts"]!.AsArray();
        (attempts.Count, (string)attempts[0]!["responseBody"]!).ShouldBe((10, "Not today"));
        receiver.Calls.Select(c => c.Id).Distinct().Count().ShouldBe(1, "the receiver tells repetitions by it");
        foreach (var attempt in attempts) receiver.Calls.ShouldContain(call => call.Timestamp == ((DateTimeOffset)attempt!["at"]!).ToUnixTimeSeconds());
        (await tenant.GetAsync($"/webhooks/{id}")).Of("status").ShouldBe("ACTIVE");

        receiver.Answer = null;
        (await tenant.PostAsync($"/webhooks/{id}/deliveries/{given["id"]}/redeliver")).ShouldBe(200).Of("deliveryId").ShouldBe((string?)given["id"]);
        await tenant.DeliveryAsync(id, d => (string?)d["status"] == "DELIVERED" && (int)d["attemptCount"]! == 1, "it is sent again");
        receiver.Calls.Last().Id.ShouldBe(receiver.Calls.First().Id);
    }

    [Fact]
    public async Task Gone_is_gone()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => Results.StatusCode(410));
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver);
        await tenant.LeadAsync();
        await Eventually.Async(async () => (await tenant.GetAsync($"/webhooks/{id}")).Of("status") == "DISABLED", "it is disabled");
        (await tenant.GetAsync($"/webhooks/{id}")).Of("disabledReason").ShouldBe("GONE");
        (await tenant.DeliveryAsync(id, d => (string?)d["status"] == "FAILED"))["attemptCount"]!.GetValue<int>().ShouldBe(1);
        var told = (await tenant.EventsAsync("types=webhook.disabled")).Items.ShouldHaveSingleItem()!;
        ((string?)told["data"]!["reason"], (string?)told["actor"]!["type"]).ShouldBe(("GONE", "SYSTEM"));
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { after = "0" })).ShouldFail(409, "INVALID_STATE");

        await tenant.LeadAsync("Passes it by");
        receiver.Answer = null;
        (await tenant.PutAsync($"/webhooks/{id}/resume")).ShouldBe(200).Of("status").ShouldBe("ACTIVE");
        await tenant.EventsAsync("types=lead.created", 2);
        (await tenant.PostAsync($"/webhooks/{id}/replay", new { after = "0" })).ShouldBe(200).Data["queued"]!.GetValue<int>().ShouldBe(2);
        await receiver.TakesAsync(2, "both are sent");
    }

    [Fact]
    public async Task Failing_for_five_days_it_is_disabled()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => Results.StatusCode(503));
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver);
        await tenant.LeadAsync();
        await tenant.DeliveryAsync(id, d => (int)d["attemptCount"]! == 1);
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync("update crm.webhook_endpoints set failing_since = failing_since - interval '5 days' where webhook_id = @id", new { id });

        await WebhookIntents.WhilePassingAsync(api.AppConnectionString, id, async () => (await tenant.GetAsync($"/webhooks/{id}")).Of("status") == "DISABLED", "it is disabled");

        (await tenant.GetAsync($"/webhooks/{id}")).Of("disabledReason").ShouldBe("FAILING");
    }

    [Fact]
    public async Task A_redirect_fails_and_is_not_followed()
    {
        await using var elsewhere = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_ => Results.Redirect(elsewhere.Url, preserveMethod: true));
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver);
        await tenant.LeadAsync();
        (await tenant.DeliveryAsync(id, d => (int)d["attemptCount"]! == 1))["lastStatus"]!.GetValue<int>().ShouldBe(307);
        elsewhere.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_asks_for_time_gets_it_for_everything_that_is_sent_to_him()
    {
        var asked = 0;
        await using var receiver = await WebhookReceiver.StartAsync(_ => Interlocked.Increment(ref asked) == 1 ? new Busy("1800") : Results.Ok());
        var tenant = await api.TenantAsync();
        var (id, _) = await tenant.WebhookAsync(receiver, more: new { concurrencyLimit = 1 });
        await tenant.LeadAsync("First");
        var tried = await tenant.DeliveryAsync(id, d => (int)d["attemptCount"]! == 1);
        ((DateTimeOffset)tried["nextAttemptAt"]! - (DateTimeOffset)tried["lastAttemptAt"]!).ShouldBeGreaterThan(TimeSpan.FromSeconds(1_795));
        await tenant.LeadAsync("Second");
        await Eventually.Async(async () => (await tenant.DeliveriesAsync(id)).Count == 2, "the second waits, too");
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        (await connection.QuerySingleAsync<bool>("select rest_until > now() + interval '25 minutes' from crm.webhook_endpoints where webhook_id = @id", new { id })).ShouldBeTrue();
        receiver.Calls.Count.ShouldBe(1);

        await WebhookIntents.WhilePassingAsync(api.AppConnectionString, id, () => Task.FromResult(receiver.Taken.Count == 2), "both arrive when the time has passed");
    }

    /// <summary>429 with Retry-After.</summary>
    private sealed class Busy(string seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (429, seconds);
            return Task.CompletedTask;
        }
    }
}
