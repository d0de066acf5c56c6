using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

internal static class JsonExtensions
{
    /// <summary>A text member; null when it is missing, null or of another kind.</summary>
    internal static string? Text(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A number, or the amount of money; null when it is missing or null.</summary>
    internal static decimal? Number(this JsonElement element, string member)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(member, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDecimal(),
            JsonValueKind.Object => value.Number("amount"),
            _ => null,
        };
    }

    /// <summary>The id every record has.</summary>
    internal static string Id(this JsonElement record) =>
        record.Text("id") ?? throw new DemoException($"A record without id: {record}", 1);

    /// <summary>Sets a member unless there is nothing to say: what is absent stays unchanged in an upsert.</summary>
    internal static JsonObject With(this JsonObject target, string member, JsonNode? value)
    {
        if (value is not null) target[member] = value;
        return target;
    }

    internal static JsonObject Money(decimal amount, string currency) => new() { ["amount"] = amount, ["currency"] = currency };

    internal static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode?)v)]);
}
