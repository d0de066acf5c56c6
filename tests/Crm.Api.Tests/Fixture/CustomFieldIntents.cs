using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with custom fields.</summary>
internal static class CustomFieldIntents
{
    /// <summary>A new field of leads, or of whatever <paramref name="more"/> says; its id.</summary>
    public static async Task<Guid> FieldAsync(this ApiClient client, string name, string type = "TEXT", object? more = null, string entity = "leads")
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["entity"], body["name"], body["type"]) = (entity, name, type);
        if (type is "CHOICE" or "MULTI_CHOICE" && !body.ContainsKey("options")) body["options"] = new JsonArray("gold", "silver", "bronze");
        return (await client.PostAsync("/custom-fields", body)).ShouldBe(201).Id;
    }

    /// <summary>A new lead with these custom fields; its id.</summary>
    public static async Task<Guid> LeadWithAsync(this ApiClient client, object customFields, string name = "Ada Byron") =>
        (await client.PostAsync("/leads", new { name, customFields })).ShouldBe(201).Id;

    /// <summary>A custom field of a record.</summary>
    public static JsonNode? Custom(this Reply reply, string name) => reply.Data["customFields"]![name];

    /// <summary>Waits until the field's index has the values of the records that were there before it.</summary>
    public static Task IndexedAsync(this ApiClient client, Guid field) =>
        Eventually.Async(async () => (await client.GetAsync($"/custom-fields/{field}")).Of("indexState") == "READY", "the index was not built");
}
