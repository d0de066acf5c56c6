using System.Globalization;
using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;

namespace Crm.Application.CustomFields;

/// <summary>A custom field as reading and writing records need it.</summary>
/// <param name="Number">What records know it by.</param>
/// <param name="IsInUse">Neither retired nor deleted: records have it as a member.</param>
/// <param name="Generation">The generation its index entries belong to.</param>
/// <param name="IsBuilt">Whether the index has every value.</param>
public sealed record CustomFieldDefinition(int Number, CustomFieldDetails Details, bool IsInUse, int Generation, bool IsBuilt)
{
    /// <summary>The key of its values in a record's JSON.</summary>
    public string Key { get; } = Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Its name as JSON, encoded once.</summary>
    public JsonEncodedText EncodedName { get; } = JsonEncodedText.Encode(Details.Name);

    /// <summary>Its path in bodies, filters and errors.</summary>
    public string Path { get; } = $"customFields.{Details.Name}";

    /// <summary>What its index entries are kept under: the number and the generation in one.</summary>
    public int Slot => SlotOf(Number, Generation);

    /// <summary>True when filters and sorts may use the index.</summary>
    public bool IsIndexed => Details.IsKept() && IsBuilt;

    /// <summary>True when the index keeps its values as numbers rather than as texts.</summary>
    public bool IsNumeric => Details.Type is CustomFieldType.Number or CustomFieldType.Money;

    /// <summary>The member.</summary>
    public Field Field => field ??= Make();

    /// <summary>SQL of the currency of money.</summary>
    public string? CurrencySql => Details.Type == CustomFieldType.Money ? $"(t.custom_fields #>> '{{{Key},currency}}')" : null;

    /// <summary>SQL to sort by where it is not what is compared.</summary>
    public string? SortSql => Details.Type is CustomFieldType.Text or CustomFieldType.Choice ? $"((t.custom_fields ->> '{Key}') collate \"und-x-icu\")" : null;

    /// <summary>The slot of a field's index entries.</summary>
    public static int SlotOf(int number, int generation) => number * CustomField.MaxGenerations + generation;

    /// <summary>Reads a value of this field; what does not fit is an error at its path.</summary>
    public bool TryRead(JsonElement json, string path, BindErrors errors, out CustomValue? value)
    {
        value = null;
        if (!ValueReader.TryRead(Field, json, path, errors, out var bound)) return false;
        value = bound switch
        {
            null or ValueList<string> { Count: 0 } => null,
            string text => CustomValue.Of(text),
            decimal number => CustomValue.Of(number),
            bool flag => CustomValue.Of(flag),
            Money amount => CustomValue.Of(amount),
            DateOnly date => CustomValue.Of(Instants.FormatDate(date)),
            Guid id => CustomValue.Of(id.ToString()),
            ValueList<string> texts => CustomValue.Of(ValueList.Of(texts.Distinct())),
            _ => throw new InvalidOperationException($"A custom field has no {bound.GetType().Name}."),
        };
        if (value is null || Details.Refusal(value) is not { } refusal) return true;
        errors.Add(path, refusal);
        return false;
    }

    private Field Make() => new()
    {
        Name = Path,
        Column = $"custom_fields.{Key}",
        Custom = this,
        Kind = Details.Type switch
        {
            CustomFieldType.Number => FieldKind.Decimal,
            CustomFieldType.Money => FieldKind.Money,
            CustomFieldType.Date => FieldKind.Date,
            CustomFieldType.Boolean => FieldKind.Boolean,
            CustomFieldType.Choice => FieldKind.Choice,
            CustomFieldType.MultiChoice => FieldKind.Words,
            CustomFieldType.Reference => FieldKind.Id,
            _ => FieldKind.Text,
        },
        Expression = Details.Type switch
        {
            CustomFieldType.Number => $"((t.custom_fields ->> '{Key}')::numeric)",
            CustomFieldType.Money => $"((t.custom_fields #>> '{{{Key},amount}}')::numeric)",
            CustomFieldType.Date => $"((t.custom_fields ->> '{Key}')::date)",
            CustomFieldType.Boolean => $"((t.custom_fields ->> '{Key}')::boolean)",
            CustomFieldType.MultiChoice => $"(t.custom_fields -> '{Key}')",
            CustomFieldType.Reference => $"((t.custom_fields ->> '{Key}')::uuid)",
            _ => $"(t.custom_fields ->> '{Key}')",
        },
        MaxLength = Details.MaxLength(),
        IsRequired = Details.Required,
        Nullable = true,
        Sorts = Details.Type != CustomFieldType.MultiChoice,
        Searched = Details.Searchable,
        Words = Details.Target() is null ? Details.Options : [],
        RefersTo = Details.Target(),
        Description = Details.Description,
    };
}
