using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>Writes conditions as SQL. Member SQL comes from the declaration, values are parameters: nothing of the caller's text is SQL.</summary>
internal sealed class FilterSql(TenantProfile tenant, Dictionary<string, object?> parameters)
{
    /// <summary>One node.</summary>
    public string Write(FilterNode node) => node switch
    {
        AllOf all => $"({string.Join(" and ", all.Nodes.Select(Write))})",
        AnyOf any => $"({string.Join(" or ", any.Nodes.Select(Write))})",
        // A comparison with null is unknown; "not" of it must still select the row.
        Not not => $"(not coalesce({Write(not.Node)}, false))",
        Condition condition => Write(condition),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>A condition that every record must meet, by the index of its custom field where that can tell: as a semi-join the planner may begin with it.</summary>
    public string WriteIndexed(FilterNode node) => node switch
    {
        AllOf all => $"({string.Join(" and ", all.Nodes.Select(WriteIndexed))})",
        Condition condition when CustomIndex.Serves(condition) =>
            $"exists (select from crm_read.custom_values i where i.tenant_id = @TenantId and i.record_id = t.id and {CustomIndex.Write(condition, "i", Add)}){Exactly(condition)}",
        _ => Write(node),
    };

    /// <summary>The same of the entry a list is read along.</summary>
    public string WriteDriving(Condition condition) => CustomIndex.Write(condition, "v", Add) + Exactly(condition);

    /// <summary>The index keeps amounts as float8, which has 15 digits for sure; an amount of a currency with four decimals may have 17.</summary>
    private string Exactly(Condition condition) => condition.Field.Kind == FieldKind.Money ? $" and {Write(condition)}" : "";

    /// <summary>Full text: every word, the last one as a prefix; what looks like a phone number also by its digits.</summary>
    public string Search(string text)
    {
        var matches = $"t.search @@ crm.search_query({Add(text)})";
        return Digits(text) is { } digits ? $"({matches} or t.search @@ crm.search_query({Add(digits)}))" : matches;
    }

    private string? Digits(string text) =>
        text.Count(char.IsAsciiDigit) >= 5 && text.All(c => char.IsAsciiDigit(c) || c is ' ' or '+' or '-' or '(' or ')' or '.' or '/')
            ? PhoneNumber.TryParse(text, out var phone) ? phone.Digits(tenant.Country) : null
            : null;

    private string Write(Condition condition)
    {
        var field = condition.Field;
        var sql = condition.OfCurrency ? field.CurrencySql : field.Comparable;
        if (condition.Operator == FilterOperator.Null) return Null(field, sql, condition.Values[0] is true);
        if (field.Kind is FieldKind.Tags or FieldKind.Emails or FieldKind.Phones or FieldKind.Words) return List(condition, sql);
        var values = condition.Values.Select(Bare).ToList();
        if (values.Any(v => v is null)) return condition.Operator is FilterOperator.Ne or FilterOperator.Nin ? "true" : "false";
        return condition.Operator switch
        {
            FilterOperator.Eq => $"{sql} = {Add(values[0])}",
            FilterOperator.Ne => $"{sql} is distinct from {Add(values[0])}",
            FilterOperator.Lt => $"{sql} < {Add(values[0])}",
            FilterOperator.Lte => $"{sql} <= {Add(values[0])}",
            FilterOperator.Gt => $"{sql} > {Add(values[0])}",
            FilterOperator.Gte => $"{sql} >= {Add(values[0])}",
            FilterOperator.Between => $"({sql} >= {Add(values[0])} and {sql} <= {Add(values[1])})",
            FilterOperator.In => $"{sql} = any({AddArray(values)})",
            FilterOperator.Nin => $"({sql} is null or {sql} <> all({AddArray(values)}))",
            FilterOperator.Under => $"{sql} = any(array({Tree(field.TreeTable!, AddArray(values))}))",
            FilterOperator.Contains => $"crm.fold({field.Sortable}) like '%' || crm.fold_pattern({Add(values[0])}) || '%'",
            FilterOperator.StartsWith => $"crm.fold({field.Sortable}) like crm.fold_pattern({Add(values[0])}) || '%'",
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>The ids of records with all below them: an array, so that it is found once and the member's index can serve. Of a ring, which nobody can make, each once.</summary>
    private static string Tree(string table, string roots) => $"""
        with recursive below as (
          select r.id from crm_read.{table} r where r.tenant_id = @TenantId and r.id = any({roots})
          union
          select c.id from crm_read.{table} c join below on c.parent_id = below.id where c.tenant_id = @TenantId)
        select id from below
        """;

    private static string Null(Field field, string sql, bool isNull) => field.Kind is FieldKind.Tags or FieldKind.Emails or FieldKind.Phones
        ? $"cardinality(t.{field.Column}) {(isNull ? "=" : ">")} 0"
        : $"{(field.Kind == FieldKind.Phone ? field.Sortable : sql)} is {(isNull ? "" : "not ")}null";

    private string List(Condition condition, string sql)
    {
        var values = condition.Values.Select(Bare).OfType<string>().ToArray();
        var overlaps = condition.Field.Kind == FieldKind.Words ? $"coalesce({sql} ?| {Add(values)}, false)" : $"{sql} && {Add(values)}";
        return condition.Operator is FilterOperator.Ne or FilterOperator.Nin ? $"not ({overlaps})" : overlaps;
    }

    private object? Bare(object value) => value is PhoneText phone
        ? PhoneNumber.TryParse(phone.Text, out var number) ? number.Digits(tenant.Country) : null
        : value;

    private string AddArray(IReadOnlyList<object?> values)
    {
        var array = Array.CreateInstance(values[0]!.GetType(), values.Count);
        for (var i = 0; i < values.Count; i++) array.SetValue(values[i], i);
        return Add(array);
    }

    private string Add(object? value)
    {
        var name = $"p{parameters.Count}";
        parameters[name] = value;
        return $"@{name}";
    }
}
