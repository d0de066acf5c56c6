using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.OpenApi;

/// <summary>
/// JSON Schema as far as our document uses it. Strict: an object's member that the schema does not know is an error, so that
/// nothing is answered that is not described.
/// </summary>
internal sealed class SchemaValidator(JsonNode document)
{
    /// <summary>What is wrong with the value, one line each.</summary>
    public IReadOnlyList<string> Check(JsonNode? schema, JsonNode? value)
    {
        var errors = new List<string>();
        Check(schema!, value, "$", errors);
        return errors;
    }

    /// <summary>Follows a reference within the document.</summary>
    public JsonNode Resolve(JsonNode node)
    {
        while (node is JsonObject { } o && o.TryGetPropertyValue("$ref", out var reference))
        {
            var target = (JsonNode?)document;
            foreach (var part in ((string)reference!)[2..].Split('/')) target = target?[part];
            node = target ?? throw new InvalidOperationException($"{reference} refers to nothing.");
        }
        return node;
    }

    private void Check(JsonNode unresolved, JsonNode? value, string path, List<string> errors)
    {
        var schema = Resolve(unresolved);
        if (schema["type"] is { } type && !Types(type).Any(t => Is(value, t)))
        {
            errors.Add($"{path} is {Text(value)}, not {type.ToJsonString()}");
            return;
        }
        if (schema["enum"] is JsonArray values && !values.Any(v => JsonNode.DeepEquals(v, value))) errors.Add($"{path} is {Text(value)}, none of {values.ToJsonString()}");
        if (schema["oneOf"] is JsonArray one) Alternatives(one, value, path, errors, exactly: true);
        if (schema["anyOf"] is JsonArray any) Alternatives(any, value, path, errors, exactly: false);
        foreach (var part in schema["allOf"]?.AsArray() ?? []) Check(part!, value, path, errors);
        switch (value)
        {
            case JsonObject members: Members(schema, members, path, errors); break;
            case JsonArray items: Items(schema, items, path, errors); break;
            case JsonValue scalar: Scalar(schema, scalar, path, errors); break;
        }
    }

    private void Alternatives(JsonArray alternatives, JsonNode? value, string path, List<string> errors, bool exactly)
    {
        var failures = alternatives.Select(a => { var found = new List<string>(); Check(a!, value, path, found); return found; }).ToList();
        var fits = failures.Count(f => f.Count == 0);
        if (fits == 0) errors.Add($"{path} fits no alternative: {string.Join(" | ", failures.Select(f => string.Join("; ", f.Take(2))))}");
        else if (exactly && fits > 1) errors.Add($"{path} fits {fits} alternatives");
    }

    private void Members(JsonNode schema, JsonObject value, string path, List<string> errors)
    {
        try
        {
            _ = value.Count;
        }
        catch (ArgumentException e)
        {
            errors.Add($"{path} has a member twice: {e.Message}");
            return;
        }
        foreach (var name in schema["required"]?.AsArray().Select(n => (string)n!) ?? [])
            if (!value.ContainsKey(name)) errors.Add($"{path}.{name} is missing");
        var known = schema["properties"]?.AsObject();
        var others = schema["additionalProperties"];
        foreach (var (name, member) in value)
        {
            if (known?[name] is { } own) Check(own, member, $"{path}.{name}", errors);
            else if (others is JsonObject) Check(others, member, $"{path}.{name}", errors);
            else if (known is not null && others?.GetValueKind() != JsonValueKind.True) errors.Add($"{path}.{name} is not described");
            else if (others?.GetValueKind() == JsonValueKind.False) errors.Add($"{path}.{name} is not allowed");
        }
    }

    private void Items(JsonNode schema, JsonArray value, string path, List<string> errors)
    {
        if (value.Count < ((int?)schema["minItems"] ?? 0) || value.Count > ((int?)schema["maxItems"] ?? int.MaxValue)) errors.Add($"{path} has {value.Count} items");
        if (schema["items"] is not { } items) return;
        for (var i = 0; i < value.Count; i++) Check(items, value[i], $"{path}[{i}]", errors);
    }

    private static void Scalar(JsonNode schema, JsonValue value, string path, List<string> errors)
    {
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            var number = value.GetValue<decimal>();
            if (number < (schema["minimum"]?.GetValue<decimal>() ?? decimal.MinValue) || number > (schema["maximum"]?.GetValue<decimal>() ?? decimal.MaxValue)) errors.Add($"{path} is {number}, out of range");
        }
        if (value.GetValueKind() != JsonValueKind.String) return;
        var text = value.GetValue<string>();
        var length = text.EnumerateRunes().Count();
        if (length < ((int?)schema["minLength"] ?? 0) || length > ((int?)schema["maxLength"] ?? int.MaxValue)) errors.Add($"{path} has {length} characters");
        var fits = (string?)schema["format"] switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "date-time" => text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
            "email" => text.Contains('@', StringComparison.Ordinal),
            _ => true,
        };
        if (!fits) errors.Add($"{path} is {Text(value)}, no {schema["format"]}");
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(t => (string)t!) : [(string)type!];

    private static bool Is(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && value.GetValue<decimal>() % 1 == 0,
        _ => false,
    };

    private static string Text(JsonNode? value) => value?.ToJsonString() is { } text ? text[..Math.Min(80, text.Length)] : "null";
}
