using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with products, pipelines and deals.</summary>
internal static class DealIntents
{
    /// <summary>A new product's id.</summary>
    public static async Task<Guid> ProductAsync(this ApiClient client, decimal? price = 100, string currency = "EUR") =>
        (await client.PostAsync("/products", new { name = "Engine", sku = Guid.NewGuid().ToString("N"), price = price is null ? null : new { amount = price, currency } })).ShouldBe(201).Id;

    /// <summary>A new deal, whole.</summary>
    public static async Task<Reply> DealAsync(this ApiClient client, object? more = null, string title = "Engine no. 1")
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["title"] = title;
        return (await client.PostAsync("/deals", body)).ShouldBe(201);
    }

    /// <summary>The default pipeline.</summary>
    public static async Task<JsonNode> PipelineAsync(this ApiClient client) =>
        (await client.GetAsync("/pipelines?isDefault=true")).ShouldBe(200).Items.ShouldHaveSingleItem()!;

    /// <summary>The ids of the default pipeline's stages, by name.</summary>
    public static async Task<Dictionary<string, Guid>> StagesAsync(this ApiClient client) => StagesOf(await client.PipelineAsync());

    /// <summary>The ids of a pipeline's stages, by name.</summary>
    public static Dictionary<string, Guid> StagesOf(JsonNode pipeline) =>
        pipeline["stages"]!.AsArray().ToDictionary(s => (string)s!["name"]!, s => (Guid)s!["id"]!);

    /// <summary>Moves a deal.</summary>
    public static Task<Reply> MoveAsync(this ApiClient client, Guid deal, Guid stage, params (string Name, string Value)[] headers) =>
        client.PutAsync($"/deals/{deal}/stage", new { stageId = stage }, headers);

    /// <summary>The pipeline report's rows by key.</summary>
    public static async Task<Dictionary<string, JsonNode>> ReportAsync(this ApiClient client, string groupBy, string more = "") =>
        (await client.GetAsync($"/reports/pipeline?groupBy={groupBy}{more}")).ShouldBe(200).Data["groups"]!.AsArray()
            .ToDictionary(g => $"{(string?)g!["key"] ?? "none"}{((string)g["currency"]! == "EUR" ? "" : " " + g["currency"])}", g => g!);
}
