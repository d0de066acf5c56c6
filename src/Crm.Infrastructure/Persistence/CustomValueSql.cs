using System.Globalization;

namespace Crm.Infrastructure.Persistence;

/// <summary>What the statements about <c>crm.custom_values</c> share.</summary>
internal static class CustomValueSql
{
    private const string Lock = "(hashtextextended(@TenantId::text || 'custom fields', 0))";

    /// <summary>Waits until nobody writes values of the tenant's records, and lets nobody until the transaction ends.</summary>
    public const string Hold = "pg_advisory_xact_lock" + Lock;

    /// <summary>Writes values: as many at once as like, but not while definitions change.</summary>
    public const string Share = "pg_advisory_xact_lock_shared" + Lock;

    /// <summary>The columns of an entry.</summary>
    public const string Enter = "insert into crm.custom_values (tenant_id, record_id, field, n, created_at, text_value, number_value, unique_value)";

    /// <summary>What must not be there twice, when the field is unique.</summary>
    public static string UniqueValue(string unique) => $"case when {unique} then coalesce(v.text_value, v.number_value::text) end";

    /// <summary>What searches find of the custom fields of record <paramref name="record"/>, an alias: the texts of those that are searchable and in use; null for none.</summary>
    public static string Words(string record, string entity) => $"""
        (select string_agg(array_to_string(array(select v.text_value from crm.indexed_values({record}.custom_fields -> f.number::text) v), ' '), ' ' order by f.position, f.number)
          from crm.custom_fields f
          where f.tenant_id = @TenantId and f.entity = '{entity}' and f.searchable and f.retired_at is null and f.deleted_at is null and jsonb_exists({record}.custom_fields, f.number::text))
        """;

    /// <summary>The key of a field's values in a record.</summary>
    public static string Key(int number) => number.ToString(CultureInfo.InvariantCulture);
}
