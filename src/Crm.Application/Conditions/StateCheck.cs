using System.Globalization;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Conditions;

/// <summary>
/// One comparison of a filter with a state: the twin of <see cref="FilterSql"/>, case by case. A comparison with null is false, and only <c>not</c>, <c>ne</c> and
/// <c>nin</c> turn that into true, as they do there.
/// </summary>
internal sealed class StateCheck(TenantProfile tenant)
{
    /// <summary>True when the state meets the condition; null is the state of a record that was not there.</summary>
    public bool Holds(Condition condition, JsonElement? state)
    {
        var (field, found) = (condition.Field, Found(condition, state));
        if (condition.Operator == FilterOperator.Null) return IsNull(field, found) == condition.Values[0] is true;
        if (IsList(field)) return HoldsOfList(condition, found);
        var values = condition.Values.Select(Bare).ToList();
        if (values.Any(v => v is null)) return condition.Operator is FilterOperator.Ne or FilterOperator.Nin;
        if (condition.Operator is FilterOperator.Contains or FilterOperator.StartsWith) return HoldsOfText(condition.Operator, found, (string)values[0]!);
        var value = Value(field, condition.OfCurrency, found);
        return condition.Operator switch
        {
            FilterOperator.Eq => Equal(value, values[0]),
            FilterOperator.Ne => !Equal(value, values[0]),
            FilterOperator.In => values.Any(v => Equal(value, v)),
            FilterOperator.Nin => values.All(v => !Equal(value, v)),
            _ when value is null => false,
            FilterOperator.Lt => Compare(value, values[0]) < 0,
            FilterOperator.Lte => Compare(value, values[0]) <= 0,
            FilterOperator.Gt => Compare(value, values[0]) > 0,
            FilterOperator.Gte => Compare(value, values[0]) >= 0,
            FilterOperator.Between => Compare(value, values[0]) >= 0 && Compare(value, values[1]) <= 0,
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>What the state has for the condition's member; null when it has nothing. Of a money asked for its currency, the currency.</summary>
    public static JsonElement? Found(Condition condition, JsonElement? state)
    {
        var field = condition.Field;
        var found = field.Custom is { } custom ? Member(Member(state, "customFields"), custom.Details.Name) : Member(state, field.Name);
        return condition.OfCurrency ? Member(found, "currency") : found;
    }

    /// <summary>A filter's value as it is written.</summary>
    public static string Text(object value) => value switch
    {
        PhoneText phone => phone.Text,
        bool flag => flag ? "true" : "false",
        DateOnly date => Instants.FormatDate(date),
        DateTimeOffset instant => Instants.FormatInstant(instant),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    private static bool IsList(Field field) => field.Kind is FieldKind.Tags or FieldKind.Emails or FieldKind.Phones or FieldKind.Words;

    private static bool IsNull(Field field, JsonElement? found) =>
        found is null || (field.Kind is FieldKind.Tags or FieldKind.Emails or FieldKind.Phones && found.Value.GetArrayLength() == 0);

    private bool HoldsOfList(Condition condition, JsonElement? found)
    {
        var wanted = condition.Values.Select(Bare).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var overlaps = found is { } list && list.EnumerateArray().Any(item => Item(condition.Field, item.GetString()!) is { } text && wanted.Contains(text));
        return overlaps != condition.Operator is FilterOperator.Ne or FilterOperator.Nin;
    }

    private string? Item(Field field, string text) => field.Kind == FieldKind.Phones ? Digits(text) : text;

    private static bool HoldsOfText(FilterOperator op, JsonElement? found, string part)
    {
        if (found is not { } text) return false;
        var (whole, wanted) = (FoldedText.Of(text.GetString()!), FoldedText.Of(part));
        return op == FilterOperator.Contains ? whole.Contains(wanted, StringComparison.Ordinal) : whole.StartsWith(wanted, StringComparison.Ordinal);
    }

    private object? Value(Field field, bool ofCurrency, JsonElement? found)
    {
        if (found is not { } json) return null;
        if (ofCurrency) return json.GetString();
        return field.Kind switch
        {
            FieldKind.Integer or FieldKind.Decimal => json.GetDecimal(),
            FieldKind.Money => json.GetProperty("amount").GetDecimal(),
            FieldKind.Boolean => json.GetBoolean(),
            FieldKind.Id => json.GetGuid(),
            FieldKind.Date => Instants.TryParseDate(json.GetString(), out var date) ? date : null,
            FieldKind.Instant => Instants.TryParseInstant(json.GetString(), out var instant) ? instant : null,
            FieldKind.Phone => Digits(json.GetString()!),
            _ => json.GetString(),
        };
    }

    private static bool Equal(object? found, object? wanted) => found is not null && Compare(found, wanted) == 0;

    private static int Compare(object found, object? wanted) => found is string text
        ? string.CompareOrdinal(text, (string)wanted!)
        : ((IComparable)found).CompareTo(wanted);

    private object? Bare(object value) => value switch
    {
        PhoneText phone => Digits(phone.Text),
        int whole => (decimal)whole,
        _ => value,
    };

    private string? Digits(string text) => PhoneNumber.TryParse(text, out var phone) ? phone.Digits(tenant.Country) : null;
}
