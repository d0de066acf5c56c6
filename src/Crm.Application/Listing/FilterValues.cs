using System.Globalization;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>Turns the text or JSON of a filter into a condition whose values have the member's SQL type.</summary>
internal static class FilterValues
{
    private static readonly Dictionary<string, FilterOperator> Operators =
        Enum.GetValues<FilterOperator>().ToDictionary(o => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(o.ToString()), StringComparer.Ordinal);

    /// <summary>Finds the operator by its name.</summary>
    public static FilterOperator Operator(string name, string parameter) =>
        Operators.TryGetValue(name, out var found) ? found : throw QueryErrors.Invalid(parameter, $"'{name}' is no operator; there are {string.Join(", ", Operators.Keys)}");

    /// <summary>Finds the member; <c>value.currency</c> names the currency of a money.</summary>
    public static (Field Field, bool OfCurrency) Member(ResourceMembers members, string name, string parameter)
    {
        var field = members.Find(name);
        var ofCurrency = field is null && name.EndsWith(".currency", StringComparison.Ordinal);
        if (ofCurrency) field = members.Find(name[..^".currency".Length]);
        if (field is null || (ofCurrency && field.Kind != FieldKind.Money))
            throw QueryErrors.Invalid(parameter, (parameter.EndsWith(".field", StringComparison.Ordinal) ? $"'{name}' is no member" : "is no parameter or member of this resource") + members.Hint(name, members.All.Where(CanFilter).Select(f => f.Name)));
        if (!CanFilter(field)) throw QueryErrors.Invalid(parameter, "cannot be filtered by");
        return (field, ofCurrency);
    }

    /// <summary>Whether a comma separates alternatives in <c>member=a,b</c>.</summary>
    public static bool Splits(Field field) => field.Kind is FieldKind.Choice or FieldKind.Id or FieldKind.Boolean or FieldKind.Tags or FieldKind.Words;

    /// <summary>Whether the member's values are texts, which a number or a yes or no never is.</summary>
    public static bool IsText(Field field) => field.Kind is not (FieldKind.Integer or FieldKind.Decimal or FieldKind.Money or FieldKind.Boolean);

    /// <summary>The operators a filter on the member may use, by their wire names; none when it cannot be filtered by.</summary>
    public static IReadOnlyList<string> OperatorsOf(Field field) =>
        CanFilter(field) ? [.. Operators.Where(o => Fits(field, false, o.Value)).Select(o => o.Key)] : [];

    // A list of words can be compared as jsonb only, which is what custom fields are.
    private static bool CanFilter(Field field) => field.Filters && (field.Kind != FieldKind.Words || field.Custom is not null)
        && field.Kind is not (FieldKind.Embedded or FieldKind.Object or FieldKind.Map or FieldKind.CustomFields or FieldKind.CustomValue or FieldKind.Json);

    private static bool Fits(Field field, bool ofCurrency, FilterOperator op) => op switch
    {
        FilterOperator.Lt or FilterOperator.Lte or FilterOperator.Gt or FilterOperator.Gte or FilterOperator.Between =>
            field.Kind is FieldKind.Integer or FieldKind.Decimal or FieldKind.Date or FieldKind.Instant || (field.Kind == FieldKind.Money && !ofCurrency),
        FilterOperator.Contains or FilterOperator.StartsWith => field.IsText,
        FilterOperator.Under => field.TreeTable is not null,
        _ => true,
    };

    /// <summary>Makes the condition, refusing an operator the member's type does not know.</summary>
    public static Condition Make(Field field, bool ofCurrency, FilterOperator op, IReadOnlyList<string> texts, string parameter)
    {
        if (!Fits(field, ofCurrency, op)) throw QueryErrors.Invalid(parameter, op == FilterOperator.Under ? "the operator applies to references to records that form trees" : $"the operator does not apply to a member of type {Choices.Text(field.Kind)}");
        if (op == FilterOperator.Null)
            return new Condition(field, op, [texts is ["true"] ? true : texts is ["false"] ? (object)false : throw QueryErrors.Invalid(parameter, "must be true or false")], ofCurrency);
        if (op == FilterOperator.Between && texts.Count != 2) throw QueryErrors.Invalid(parameter, "takes two values");
        if (texts.Count == 0) throw QueryErrors.Invalid(parameter, "takes at least one value");
        if (texts.Count > 500) throw QueryErrors.Invalid(parameter, "takes at most 500 values");
        if (op is not (FilterOperator.In or FilterOperator.Nin or FilterOperator.Between or FilterOperator.Under) && texts.Count > 1)
            op = op switch
            {
                FilterOperator.Eq => FilterOperator.In,
                FilterOperator.Ne => FilterOperator.Nin,
                _ => throw QueryErrors.Invalid(parameter, "takes one value"),
            };
        var compares = op is not (FilterOperator.Contains or FilterOperator.StartsWith);
        return new Condition(field, op, [.. texts.Select(t => compares ? Value(field, ofCurrency, t, parameter) : Part(t, parameter))], ofCurrency);
    }

    private static object Value(Field field, bool ofCurrency, string text, string parameter)
    {
        Storable(text, parameter);
        if (ofCurrency) return Currency.IsKnown(text) ? text : throw QueryErrors.Invalid(parameter, $"'{text}' is no ISO 4217 code");
        return field.Kind switch
        {
            FieldKind.Text or FieldKind.Tags => text,
            FieldKind.Email or FieldKind.Emails => text.ToLowerInvariant(),
            FieldKind.Phone or FieldKind.Phones => new PhoneText(text),
            FieldKind.Id => Instants.TryParseUuid(text, out var id) ? id : throw Bad("a UUID"),
            FieldKind.Choice or FieldKind.Words => (field.EnumType is { } type ? Choices.TryParse(type, text, out _) : field.Words.Contains(text)) ? text : throw Bad(OneOf(field)),
            FieldKind.Integer => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw Bad("a whole number"),
            FieldKind.Decimal or FieldKind.Money => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : throw Bad("a number"),
            FieldKind.Boolean => text switch { "true" => true, "false" => false, _ => throw Bad("true or false") },
            FieldKind.Date => Instants.TryParseDate(text, out var date) ? date : throw Bad("a date as YYYY-MM-DD"),
            FieldKind.Instant => Instants.TryParseInstant(text, out var instant) ? instant : throw Bad(Instants.Form),
            _ => throw QueryErrors.Invalid(parameter, "cannot be filtered by"),
        };

        CrmException Bad(string what) => QueryErrors.Invalid(parameter, $"must be {what}");
    }

    private static string OneOf(Field field) => $"one of {string.Join(", ", field.EnumType is { } type ? Choices.Names(type) : field.Words.Take(20))}";

    /// <summary>A part of a text to look for: an empty one is in every text.</summary>
    private static string Part(string text, string parameter) =>
        text.Length > 0 ? Storable(text, parameter) : throw QueryErrors.Invalid(parameter, "must not be empty");

    private static string Storable(string text, string parameter) =>
        JsonText.IsStorable(text) ? text : throw QueryErrors.Invalid(parameter, "must be Unicode text without U+0000");
}

/// <summary>A phone number in a filter: compared by digits once the tenant's country is known.</summary>
internal sealed record PhoneText(string Text);
