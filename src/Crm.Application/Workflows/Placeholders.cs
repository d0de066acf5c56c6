using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crm.Application.Workflows;

/// <summary>Texts with <c>{{member}}</c> in them: a member of the record, or one within it (<c>{{value.amount}}</c>). What the record does not have is nothing.</summary>
internal static partial class Placeholders
{
    /// <summary>True when the text has any.</summary>
    public static bool AreIn(string text) => Pattern().IsMatch(text);

    /// <summary>Everything in the text that is written like one, and the member it names; null where that is no name.</summary>
    public static IEnumerable<(string Written, string? Name)> In(string text) =>
        Braces().Matches(text).Select(m => (m.Value, Pattern().Match(m.Value) is { Success: true } named && named.Length == m.Length ? named.Groups[1].Value : null));

    /// <summary>The text with the record's values in their places.</summary>
    public static string Fill(string text, JsonElement record) => Pattern().Replace(text, match => Find(record, match.Groups[1].Value) is { } found ? Text(found) : "");

    /// <summary>The same within JSON: a text that is nothing but a placeholder becomes the value itself, a number a number.</summary>
    public static JsonNode? Fill(JsonElement json, JsonElement record) => json.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(json.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, Fill(m.Value, record)))),
        JsonValueKind.Array => new JsonArray([.. json.EnumerateArray().Select(item => Fill(item, record))]),
        JsonValueKind.String when Pattern().Match(json.GetString()!) is { Success: true } match && match.Length == json.GetString()!.Length =>
            Find(record, match.Groups[1].Value) is { } found ? JsonNode.Parse(found.GetRawText()) : null,
        JsonValueKind.String => JsonValue.Create(Fill(json.GetString()!, record)),
        _ => JsonNode.Parse(json.GetRawText()),
    };

    private static JsonElement? Find(JsonElement record, string path)
    {
        var at = record;
        foreach (var name in path.Split('.'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Text)),
        JsonValueKind.Object when value.TryGetProperty("amount", out var amount) && value.TryGetProperty("currency", out var currency) => $"{amount.GetRawText()} {currency.GetString()}",
        _ => value.GetRawText(),
    };

    [GeneratedRegex(@"\{\{\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\{\{.*?\}\}", RegexOptions.CultureInvariant | RegexOptions.Singleline, 1000)]
    private static partial Regex Braces();
}
