using Crm.Application.CustomFields;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>
/// The index of custom fields, <c>crm_read.custom_values</c>: an entry for each value of a living record, with when the record was created. A list that is
/// filtered by one value, or sorted by an indexed field, is read along its entries in their order, which costs a page whatever the tenant's size.
/// </summary>
internal static class CustomIndex
{
    /// <summary>True when the index can tell which records meet the condition.</summary>
    public static bool Serves(Condition condition) => condition is { OfCurrency: false, Field.Custom.IsIndexed: true }
        && condition.Operator is FilterOperator.Eq or FilterOperator.In or FilterOperator.Lt or FilterOperator.Lte or FilterOperator.Gt or FilterOperator.Gte or FilterOperator.Between;

    /// <summary>
    /// The condition whose entries are in the order of the list: an indexed custom field equals one value, and the list is sorted by the time of creation. Null when there is none.
    /// </summary>
    public static Condition? Driving(FilterNode? filter, IReadOnlyList<SortKey> sort)
    {
        if (sort is not [{ Field: { Name: "createdAt", Custom: null } }]) return null;
        IEnumerable<FilterNode> nodes = filter switch { AllOf all => all.Nodes, null => [], _ => [filter] };
        return nodes.OfType<Condition>().FirstOrDefault(c => c.Operator == FilterOperator.Eq && Serves(c));
    }

    /// <summary>The field whose entries are in the order of the list. Null when it is not sorted by one indexed custom field.</summary>
    public static CustomFieldDefinition? Driving(IReadOnlyList<SortKey> sort) =>
        sort is [{ Field.Custom: { IsIndexed: true } field }] ? field : null;

    /// <summary>The filter without the condition the list is read along.</summary>
    public static FilterNode? Without(FilterNode? filter, Condition? driving) => filter switch
    {
        _ when driving is null => filter,
        AllOf { Nodes.Count: > 1 } all => new AllOf([.. all.Nodes.Where(n => !ReferenceEquals(n, driving))]),
        _ => null,
    };

    /// <summary>The entries that meet the condition; values are parameters.</summary>
    public static string Write(Condition condition, string alias, Func<object?, string> add)
    {
        var field = condition.Field.Custom!;
        var column = $"{alias}.{Column(field)}";
        string Value(int n) => Parameter(field, add(Stored(condition.Values[n])));
        return $"{alias}.field = {field.Slot} and " + condition.Operator switch
        {
            FilterOperator.Eq => $"{column} = {Value(0)}",
            FilterOperator.Lt => $"{column} < {Value(0)}",
            FilterOperator.Lte => $"{column} <= {Value(0)}",
            FilterOperator.Gt => $"{column} > {Value(0)}",
            FilterOperator.Gte => $"{column} >= {Value(0)}",
            FilterOperator.Between => $"{column} between {Value(0)} and {Value(1)}",
            _ => $"{column} = any({(field.IsNumeric ? $"{add(condition.Values.Cast<decimal>().ToArray())}::float8[]" : add(condition.Values.Select(v => (string)Stored(v)).ToArray()))})",
        };
    }

    /// <summary>The column of a field's entries.</summary>
    public static string Column(CustomFieldDefinition field) => field.IsNumeric ? "number_value" : "text_value";

    /// <summary>A parameter as the column's type.</summary>
    public static string Parameter(CustomFieldDefinition field, string parameter) => field.IsNumeric ? $"{parameter}::float8" : parameter;

    /// <summary>A value as the index keeps it: everything but numbers is text, days too, whose text sorts as they do.</summary>
    public static object Stored(object value) => value switch
    {
        decimal or string => value,
        bool flag => flag ? "true" : "false",
        DateOnly date => Instants.FormatDate(date),
        Guid id => id.ToString(),
        DateTime day => Instants.FormatDate(DateOnly.FromDateTime(day)),
        _ => throw new InvalidOperationException($"The index of custom fields keeps no {value.GetType().Name}."),
    };
}
