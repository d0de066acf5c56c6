using Crm.Domain.Common;

namespace Crm.Domain.CustomFields;

/// <summary>The rules a definition must meet; all that is broken is told at once.</summary>
public static class CustomFieldRules
{
    /// <summary>The most options of a choice.</summary>
    public const int MaxOptions = 500;

    /// <summary>The most characters an option has.</summary>
    public const int MaxOptionLength = 100;

    /// <summary>The resources whose records can have custom fields.</summary>
    public static IReadOnlyList<string> Entities { get; } =
        ["leads", "customers", "companies", "contacts", "products", "pipelines", "deals", "tasks", "activities"];

    /// <summary>The resources that a reference can refer to.</summary>
    public static IReadOnlyList<string> Targets { get; } = [.. Entities, "teams", "team/members"];

    /// <summary>True for a camelCase identifier: a small letter, then letters and digits of ASCII.</summary>
    public static bool IsName(string name) => name.Length > 0 && char.IsAsciiLetterLower(name[0]) && name.All(char.IsAsciiLetterOrDigit);

    /// <summary>Refuses what breaks a rule.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public static void Check(CustomFieldDetails? before, CustomFieldDetails after)
    {
        var errors = new Dictionary<string, string[]>();
        Add("entity", Entities.Contains(after.Entity) ? null : $"must be one of {string.Join(", ", Entities)}");
        Add("name", !IsName(after.Name) ? "must be a camelCase identifier" : after.Name.Length > 50 ? "must be at most 50 characters" : null);
        Add("options", OptionsRefusal(after));
        if (before is not null)
        {
            Add("entity", after.Entity == before.Entity ? null : "cannot be changed; define another field");
            Add("type", after.Type == before.Type ? null : "cannot be changed; define another field");
            Add("options", after.Target() == before.Target() ? null : "cannot refer to another resource; define another field");
        }
        Add("unique", after.Unique && after.Type is not (CustomFieldType.Text or CustomFieldType.Number or CustomFieldType.Date or CustomFieldType.Reference)
            ? "is for TEXT, NUMBER, DATE and REFERENCE" : null);
        Add("searchable", after.Searchable && after.Type is not (CustomFieldType.Text or CustomFieldType.Choice or CustomFieldType.MultiChoice)
            ? "is for TEXT, CHOICE and MULTI_CHOICE" : null);
        Add("default", after.Default is { } value ? DefaultRefusal(after, value) : null);
        if (errors.Count > 0) throw CrmException.Validation(errors);

        void Add(string member, string? refusal)
        {
            if (refusal is not null) errors.TryAdd(member, [refusal]);
        }
    }

    private static string? OptionsRefusal(CustomFieldDetails field) => field.Type switch
    {
        CustomFieldType.Choice or CustomFieldType.MultiChoice => field.Options.Count is 0 or > MaxOptions ? $"must be 1 to {MaxOptions} texts"
            : field.Options.Any(o => o.Length == 0 || Characters.Exceed(o, MaxOptionLength)) ? $"must be texts of 1 to {MaxOptionLength} characters"
            : field.Options.Distinct().Count() < field.Options.Count ? "must differ from each other" : null,
        CustomFieldType.Reference => field.Options is [var target] && Targets.Contains(target) ? null : $"must name the one resource it refers to: {string.Join(", ", Targets)}",
        _ => field.Options.Count == 0 ? null : "is for CHOICE, MULTI_CHOICE and REFERENCE",
    };

    private static string? DefaultRefusal(CustomFieldDetails field, CustomValue value) =>
        field.Unique ? "does not go with unique"
        : field.Type == CustomFieldType.Reference ? "is not for REFERENCE: the record could be deleted"
        : field.Refusal(value);
}
