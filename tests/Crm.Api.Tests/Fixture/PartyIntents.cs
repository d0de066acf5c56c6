using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with customers and their contacts.</summary>
internal static class PartyIntents
{
    /// <summary>A new customer's id.</summary>
    public static async Task<Guid> CustomerAsync(this ApiClient client, string name = "Analytical Ltd", object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["name"] = name;
        return (await client.PostAsync("/customers", body)).ShouldBe(201).Id;
    }

    /// <summary>Logs an activity that happened this many days ago; what it is linked to is in <paramref name="links"/>.</summary>
    public static async Task<Guid> ActivityAsync(this ApiClient client, object links, double daysAgo = 0)
    {
        var body = JsonSerializer.SerializeToNode(links)!.AsObject();
        (body["type"], body["subject"]) = ("CALL", "A call");
        body["occurredAt"] = DateTimeOffset.UtcNow.AddDays(-daysAgo).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return (await client.PostAsync("/activities", body)).ShouldBe(201).Id;
    }

    /// <summary>The customer's insight.</summary>
    public static async Task<JsonNode> InsightAsync(this ApiClient client, Guid customer) => (await client.GetAsync($"/customers/{customer}/insight")).ShouldBe(200).Data;
}
