using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Records;

namespace Crm.Application.CustomFields;

/// <summary>
/// The log keeps a record's custom fields by number. Told today, they have today's names, whatever they were called then; fields that are out of use are
/// left out until they come into use again.
/// </summary>
internal static class CustomFieldNames
{
    /// <summary>What jsonb writes for a state with at least one value; most have none.</summary>
    private const string Some = "\"customFields\": {\"";

    /// <summary>The data of an event as it is told.</summary>
    public static JsonElement Told(EntityFields fields, string data)
    {
        if (data.Contains(Some, StringComparison.Ordinal) && JsonNode.Parse(data) is JsonObject whole && whole["record"]?["customFields"] is JsonObject byNumber)
        {
            whole["record"]!["customFields"] = new JsonObject(byNumber.Select(v => (Field: Find(fields, v.Key), v.Value)).Where(v => v.Field is not null)
                .Select(v => KeyValuePair.Create(v.Field!.Details.Name, v.Value?.DeepClone())));
            return JsonSerializer.SerializeToElement(whole);
        }
        using var document = JsonDocument.Parse(data);
        return document.RootElement.Clone();
    }

    /// <summary>The change of all custom fields as changes of each.</summary>
    public static IEnumerable<FieldChange> Changes(EntityFields fields, FieldChange all)
    {
        var (before, after) = (all.Before as JsonObject ?? [], all.After as JsonObject ?? []);
        return before.Select(v => v.Key).Union(after.Select(v => v.Key)).Where(key => !JsonNode.DeepEquals(before[key], after[key]))
            .Select(key => (Key: key, Field: Find(fields, key))).Where(c => c.Field is not null)
            .Select(c => new FieldChange(c.Field!.Path, before[c.Key]?.DeepClone(), after[c.Key]?.DeepClone()));
    }

    private static CustomFieldDefinition? Find(EntityFields fields, string key) =>
        fields.Find(int.Parse(key, CultureInfo.InvariantCulture)) is { IsInUse: true } field ? field : null;
}
