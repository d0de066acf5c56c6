using Crm.Domain.Common;

namespace Crm.Domain.CustomFields;

/// <summary>What kind of values a custom field has.</summary>
public enum CustomFieldType
{
    /// <summary>Text of at most 20,000 characters; 500 when it is indexed or unique.</summary>
    Text,
    /// <summary>A number below 10^15 of at most 15 significant digits: what survives any JSON parser, and is ordered exactly by a float8 index.</summary>
    Number,
    /// <summary>An amount in a currency.</summary>
    Money,
    /// <summary>A calendar day.</summary>
    Date,
    /// <summary>true or false.</summary>
    Boolean,
    /// <summary>One of the options.</summary>
    Choice,
    /// <summary>Some of the options.</summary>
    MultiChoice,
    /// <summary>The id of a record of another resource, which the options name.</summary>
    Reference,
}

/// <summary>What users state about a custom field: a member they give to a kind of record.</summary>
public record CustomFieldDetails : RecordDetails
{
    /// <summary>The resource whose records have it, such as <c>leads</c>. Never changes.</summary>
    public required string Entity { get; init; }
    /// <summary>The member's name below <c>customFields</c>: a camelCase identifier, 1–50 characters, unique among the fields in use of its entity.</summary>
    public required string Name { get; init; }
    /// <summary>What people call it, at most 300 characters.</summary>
    public string? Label { get; init; }
    /// <summary>What kind of values it has. Never changes.</summary>
    public required CustomFieldType Type { get; init; }
    /// <summary>The values of a choice, 1–500 texts of 1–100 characters; of a reference the one resource it refers to.</summary>
    public ValueList<string> Options { get; init; } = ValueList<string>.Empty;
    /// <summary>Whether a new record must have a value.</summary>
    public bool Required { get; init; }
    /// <summary>Whether no two living records may have the same value.</summary>
    public bool Unique { get; init; }
    /// <summary>The value a new record gets that states none.</summary>
    public CustomValue? Default { get; init; }
    /// <summary>Whether searches look at it.</summary>
    public bool Searchable { get; init; }
    /// <summary>Whether filters and sorts by it are served by an index. A unique field always has one.</summary>
    public bool Indexed { get; init; }
    /// <summary>What it is for, at most 2,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>Where it stands among the fields of its entity, ascending; those without come last.</summary>
    public int? Position { get; init; }

    /// <summary>True when its values are kept in the index.</summary>
    public bool IsKept() => Indexed || Unique;

    /// <summary>The longest text it takes, in characters. An entry of a B-tree has at most a third of a page, 2,704 bytes: 500 characters of four fit.</summary>
    public int MaxLength() => IsKept() ? 500 : 20_000;

    /// <summary>The resource a reference refers to, or null.</summary>
    public string? Target() => Type == CustomFieldType.Reference && Options.Count > 0 ? Options[0] : null;

    /// <summary>Why it does not take this value, or null.</summary>
    public string? Refusal(CustomValue value) => (Type, value.Content) switch
    {
        (CustomFieldType.Text, string text) => Required && text.Length == 0 ? "must not be empty" : Characters.Exceed(text, MaxLength()) ? $"must be at most {MaxLength()} characters" : null,
        (CustomFieldType.Number, decimal number) => HasFifteenDigits(number) ? null : "must be a number below 10^15 of at most 15 significant digits",
        (CustomFieldType.Money, Money) => null,
        (CustomFieldType.Date, string text) => Instants.TryParseDate(text, out _) ? null : "must be a date as YYYY-MM-DD",
        (CustomFieldType.Boolean, bool) => null,
        (CustomFieldType.Choice, string text) => Options.Contains(text) ? null : OneOfOptions(),
        (CustomFieldType.MultiChoice, ValueList<string> texts) => texts.Count == 0 ? "must have at least one option" : texts.All(Options.Contains) ? null : OneOfOptions(),
        (CustomFieldType.Reference, string text) => Instants.TryParseUuid(text, out _) ? null : "must be a UUID",
        _ => Type switch
        {
            CustomFieldType.Text => "must be text",
            CustomFieldType.Number => "must be a number",
            CustomFieldType.Money => """must be {"amount": …, "currency": …}""",
            CustomFieldType.Date => "must be a date as YYYY-MM-DD",
            CustomFieldType.Boolean => "must be true or false",
            CustomFieldType.Choice => OneOfOptions(),
            CustomFieldType.MultiChoice => "must be a list of options",
            _ => "must be a UUID",
        },
    };

    // Values lose the zeros at their end when they are made, so the digits are those of the unscaled number.
    private static bool HasFifteenDigits(decimal number)
    {
        var bits = decimal.GetBits(number);
        return bits[2] == 0 && ((ulong)(uint)bits[1] << 32 | (uint)bits[0]) < 1_000_000_000_000_000 && number.Scale <= 15;
    }

    // All of them would be half a page of an answer.
    private string OneOfOptions() => $"must be one of {string.Join(", ", Options.Take(20))}{(Options.Count > 20 ? ", …" : "")}";
}
