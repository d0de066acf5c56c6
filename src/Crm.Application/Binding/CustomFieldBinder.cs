using System.Text.Json;
using Crm.Application.CustomFields;
using Crm.Domain.Common;

namespace Crm.Application.Binding;

/// <summary>A change of a record's custom fields: the new values by number, null for those that go. All others stay, those of retired fields too.</summary>
internal sealed record CustomFieldChange(EntityFields Fields, IReadOnlyDictionary<int, CustomValue?> Values)
{
    /// <summary>The values after the change.</summary>
    public CustomValues ApplyTo(CustomValues current, BindErrors errors)
    {
        var changed = current.With(Values);
        CustomFieldBinder.CheckLength(Fields, changed, errors);
        return changed;
    }
}

/// <summary>Reads the object <c>customFields</c> of a body. Everything that is wrong is told at once, under <c>customFields.name</c>.</summary>
internal static class CustomFieldBinder
{
    /// <summary>The most characters that the texts of one record's custom fields have together.</summary>
    public const int MaxLength = 100_000;

    private const string Root = "customFields";

    /// <summary>The values of a new record.</summary>
    public static CustomValues Create(EntityFields fields, JsonElement? json, BindErrors errors)
    {
        var values = CustomValues.Of(Whole(fields, json, errors));
        CheckLength(fields, values, errors);
        return values;
    }

    /// <summary>A change by the rule of PATCH (RFC 7396): absent = unchanged, null = cleared. Null for the whole object makes it that of a new record.</summary>
    public static CustomFieldChange Patch(EntityFields fields, JsonElement json, BindErrors errors) =>
        json.ValueKind == JsonValueKind.Null ? Replace(fields, null, errors) : new CustomFieldChange(fields, Sent(fields, json, errors));

    /// <summary>A change by the rule of PUT: absent = its default, or none.</summary>
    public static CustomFieldChange Replace(EntityFields fields, JsonElement? json, BindErrors errors) => new(fields, Whole(fields, json, errors));

    /// <summary>Refuses more text than a record may have.</summary>
    public static void CheckLength(EntityFields fields, CustomValues values, BindErrors errors)
    {
        if (fields.InUse.Sum(d => values[d.Number]?.Length ?? 0) > MaxLength) errors.Add(Root, $"must have at most {MaxLength} characters together");
    }

    /// <summary>Every field in use, with what was sent, its default, or null.</summary>
    private static Dictionary<int, CustomValue?> Whole(EntityFields fields, JsonElement? json, BindErrors errors)
    {
        var sent = json is { ValueKind: not JsonValueKind.Null } given ? Sent(fields, given, errors) : [];
        foreach (var field in fields.InUse)
        {
            if (sent.ContainsKey(field.Number)) continue;
            sent[field.Number] = field.Details.Default;
            if (field.Details is { Required: true, Default: null }) errors.Add(field.Path, "is required");
        }
        return sent;
    }

    private static Dictionary<int, CustomValue?> Sent(EntityFields fields, JsonElement json, BindErrors errors)
    {
        var values = new Dictionary<int, CustomValue?>();
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(Root, "must be an object");
            return values;
        }
        foreach (var (name, value) in ObjectReader.Members(json, Root, errors))
        {
            var path = $"{Root}.{name}";
            if (fields.Find(name) is not { } field)
            {
                errors.Add(path, "is not defined");
                continue;
            }
            // An error was added, or it was sent: either way it is not missing besides.
            values[field.Number] = null;
            if (!field.TryRead(value, path, errors, out var read)) continue;
            if (read is null && field.Details.Required) errors.Add(path, "is required and must not be null");
            values[field.Number] = read;
        }
        return values;
    }
}
