using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Webhooks;

/// <summary>What tests do with webhooks.</summary>
internal static class WebhookIntents
{
    /// <summary>A new webhook to a receiver, and its secret.</summary>
    public static async Task<(Guid Id, string Secret)> WebhookAsync(this ApiClient client, WebhookReceiver receiver, string[]? events = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["url"], body["events"]) = (receiver.Url, JsonSerializer.SerializeToNode(events ?? ["lead.*"]));
        var made = (await client.PostAsync("/webhooks", body)).ShouldBe(201);
        return (made.Id, made.Of("secret")!);
    }

    /// <summary>Its deliveries, the latest first.</summary>
    public static async Task<JsonArray> DeliveriesAsync(this ApiClient client, Guid webhook, string query = "take=200") =>
        (await client.GetAsync($"/webhooks/{webhook}/deliveries?{query}")).ShouldBe(200).Items;

    /// <summary>The delivery once it is as it should be.</summary>
    public static async Task<JsonNode> DeliveryAsync(this ApiClient client, Guid webhook, Func<JsonNode, bool> holds, string otherwise = "the delivery does not get there")
    {
        JsonNode? found = null;
        await Eventually.Async(async () => (found = (await client.DeliveriesAsync(webhook)).FirstOrDefault(d => holds(d!))) is not null, otherwise);
        return (await client.GetAsync($"/webhooks/{webhook}/deliveries/{found!["id"]}")).ShouldBe(200).Data;
    }

    /// <summary>Lets the time pass that a webhook's deliveries wait for, a day of it: failing webhooks share few slots, and those that other tests left behind shall not go first.</summary>
    public static async Task DueNowAsync(string connectionString, Guid webhook)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync("""
            update crm.webhook_endpoints set rest_until = null where webhook_id = @webhook;
            update crm.webhook_lanes set next_try_at = now() - interval '1 day' where webhook_id = @webhook and next_try_at > now() and holder is null;
            """, new { webhook });
    }

    /// <summary>Waits until the condition holds, while time passes for the webhook.</summary>
    public static Task WhilePassingAsync(string connectionString, Guid webhook, Func<Task<bool>> holds, string otherwise) => Eventually.Async(async () =>
    {
        await DueNowAsync(connectionString, webhook);
        return await holds();
    }, otherwise);
}
