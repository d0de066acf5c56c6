using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Application.Binding;

/// <summary>JSON Merge Patch (RFC 7396).</summary>
public static class MergePatch
{
    /// <summary>The target after the patch: objects merge, null removes, everything else replaces.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object) return patch.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(patch.GetRawText());
        var result = target as JsonObject is { } existing ? (JsonObject)existing.DeepClone() : [];
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) result.Remove(member.Name);
            else result[member.Name] = Apply(result[member.Name], member.Value);
        }
        return result;
    }
}
