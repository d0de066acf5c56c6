using System.Text.Json;
using Crm.Application.Resources;

namespace Crm.Application.Binding;

/// <summary>Reads JSON objects member by member: unknown, repeated, mistyped and missing members are all found in one pass.</summary>
public static class ObjectReader
{
    /// <summary>The members of an object; a name that comes twice or is no Unicode text is an error.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement json, string path, BindErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (!TryName(member, out var name)) errors.Add(path.Length == 0 ? "$" : path, "has a member whose name is no Unicode text");
            else if (!seen.Add(name)) errors.Add(Join(path, name), "is given more than once");
            else yield return (name, member.Value);
        }
    }

    /// <summary>Reads the whole object as the shape's type; null when an error was added.</summary>
    public static object? Read(BodyShape shape, JsonElement json, string path, BindErrors errors)
    {
        var before = errors.Count;
        var values = Values(shape, json, path, errors, null);
        Missing(shape, values, path, errors);
        return errors.Count > before ? null : shape.Make(values!);
    }

    /// <summary>The bound values of the members sent; what <paramref name="readOnly"/> takes is not an error here.</summary>
    public static Dictionary<string, object?> Values(BodyShape shape, JsonElement json, string path, BindErrors errors,
        Func<Field, JsonElement, bool>? readOnly)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path.Length == 0 ? "$" : path, "must be an object");
            return values;
        }
        foreach (var (name, value) in Members(json, path, errors))
        {
            var at = Join(path, name);
            if (shape.Find(name) is not { } field) errors.Add(at, "is unknown");
            else if (readOnly is not null && readOnly(field, value)) { }
            else if (field.ReadOnly) { if (value.ValueKind != JsonValueKind.Null) errors.Add(at, "is set by the service"); }
            else if (value.ValueKind == JsonValueKind.Null && field.IsRequired) errors.Add(at, "is required and must not be null");
            else if (value.ValueKind == JsonValueKind.Null && !field.Nullable) { /* cleared = its default */ }
            else if (ValueReader.TryRead(field, value, at, errors, out var bound)) values[name] = bound;
            else values[name] = null; // An error was added; the member is not missing besides.
        }
        return values;
    }

    /// <summary>Adds an error for each required member that was not sent.</summary>
    public static void Missing(BodyShape shape, Dictionary<string, object?> values, string path, BindErrors errors)
    {
        foreach (var field in shape.Fields)
            if (field is { IsRequired: true, ReadOnly: false } && !values.ContainsKey(field.Name)) errors.Add(Join(path, field.Name), "is required");
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static bool TryName(JsonProperty member, out string name)
    {
        try
        {
            name = member.Name;
            return JsonText.IsStorable(name);
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }
}
