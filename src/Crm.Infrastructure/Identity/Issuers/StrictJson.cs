using System.Text.Json;

namespace Crm.Infrastructure.Identity.Issuers;

/// <summary>
/// JSON that decides who somebody is: one object, no member twice (of two readers one takes the first, one the last), not deep.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The object; null when the bytes are none.</summary>
    public static JsonElement? Object(byte[] utf8)
    {
        // The parser looks at the text of a member only when it is asked for.
        if (!System.Text.Unicode.Utf8.IsValid(utf8)) return null;
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        // The second for names that are no Unicode, which are compared to find the repeated ones.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member's text; null when it is absent, no text, or no Unicode.</summary>
    public static string? Text(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.String) return null;
        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>True when there is such a member, whatever it is.</summary>
    public static bool Has(this JsonElement json, string name) => json.TryGetProperty(name, out _);

    /// <summary>A member's texts: a text alone is a list of one. Empty when it is neither, or holds anything else.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, string name)
    {
        if (json.Text(name) is { } one) return [one];
        if (!json.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.Array) return [];
        try
        {
            return member.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String) ? [.. member.EnumerateArray().Select(i => i.GetString()!)] : [];
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }
}
