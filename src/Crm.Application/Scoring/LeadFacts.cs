using System.Globalization;
using System.Text.Json;
using Crm.Application.CustomFields;
using Crm.Domain.CustomFields;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>
/// What a lead's state tells a model. Members that follow from the outcome are left out: status, score, tags, notes, owner and whatever conversion sets. Of free texts only
/// that they are there counts.
/// </summary>
internal static class LeadFacts
{
    private static readonly string[] Presence = ["email", "phone", "company", "jobTitle", "website"];

    /// <summary>The members a model may look at, besides custom fields.</summary>
    public static IReadOnlyList<string> Members { get; } = ["source", "value", .. Presence];

    /// <summary>The facts of one state; its custom fields have their names.</summary>
    public static Facts Of(JsonElement state, EntityFields fields, IReadOnlyCollection<string> exclude)
    {
        var facts = new Facts();
        if (Text(state, "source") is { } source && Wanted("source")) facts.Add("source", source);
        if (state.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Object && Wanted("value")) facts.Add("value", value.GetProperty("amount").GetDouble());
        foreach (var name in Presence)
            if (Wanted(name)) facts.Add(name, Text(state, name) is { Length: > 0 } ? "given" : "absent");
        if (state.TryGetProperty("customFields", out var custom) && custom.ValueKind == JsonValueKind.Object)
            foreach (var member in custom.EnumerateObject())
                if (fields.Find(member.Name) is { } field && Wanted(field.Path)) Add(facts, field, member.Value);
        return facts;

        bool Wanted(string path) => !exclude.Contains(path);
    }

    private static void Add(Facts facts, CustomFieldDefinition field, JsonElement value)
    {
        switch (field.Details.Type, value.ValueKind)
        {
            case (CustomFieldType.Number, JsonValueKind.Number): facts.Add(field.Path, value.GetDouble()); break;
            case (CustomFieldType.Money, JsonValueKind.Object): facts.Add(field.Path, value.GetProperty("amount").GetDouble()); break;
            case (CustomFieldType.Boolean, JsonValueKind.True or JsonValueKind.False): facts.Add(field.Path, value.GetBoolean() ? "true" : "false"); break;
            case (CustomFieldType.Choice, JsonValueKind.String): facts.Add(field.Path, value.GetString()); break;
            case (CustomFieldType.MultiChoice, JsonValueKind.Array):
                foreach (var one in value.EnumerateArray()) facts.Add(string.Create(CultureInfo.InvariantCulture, $"{field.Path}:{one.GetString()}"), "true");
                break;
            case (CustomFieldType.Text, JsonValueKind.String): facts.Add(field.Path, "given"); break;
        }
    }

    private static string? Text(JsonElement state, string name) => state.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
