using System.Text.Json;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>Reads the items that a record holds in a table of their own as one JSON value; which columns there are the items' type says.</summary>
internal static class ChildSql
{
    /// <summary>The items of record <c>t</c> in their order, such as those of <c>deal_line_items</c>.</summary>
    public static string Of<TItem>(string record, string member) where TItem : ChildItem
    {
        var members = typeof(TItem).GetProperties().Select(p => $"'{JsonNamingPolicy.CamelCase.ConvertName(p.Name)}', {Value(p.Name, p.PropertyType)}");
        return $"""
            (select coalesce(json_agg(json_build_object({string.Join(", ", members)}) order by i.position, i.id), '[]')::text from crm_read.{record}_{member} i
              where i.tenant_id = @TenantId and i.{record}_id = t.id and i.deleted_at is not distinct from t.deleted_at)
            """;
    }

    private static string Value(string name, Type type)
    {
        var column = $"i.{Resource.Snake(name)}";
        return type == typeof(Money) ? $"case when {column}_amount is null then null else json_build_object('amount', {column}_amount, 'currency', {column}_currency) end" : column;
    }
}
