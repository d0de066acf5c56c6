using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Crm.Baseline;

/// <summary>Writes a lead straight from the reader, member by member.</summary>
internal static class LeadJson
{
    /// <summary>How many columns a lead takes; those of the sort follow.</summary>
    public const int Width = 25;

    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(Utf8JsonWriter json, NpgsqlDataReader row)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, row.GetGuid(0));
        Text(json, "name"u8, row, 1);
        Text(json, "email"u8, row, 2);
        Text(json, "phone"u8, row, 3);
        Text(json, "company"u8, row, 4);
        Text(json, "jobTitle"u8, row, 5);
        Text(json, "website"u8, row, 6);
        Text(json, "status"u8, row, 7);
        Text(json, "source"u8, row, 8);
        if (row.IsDBNull(9)) json.WriteNull("value"u8);
        else
        {
            json.WriteStartObject("value"u8);
            json.WriteNumber("amount"u8, row.GetDecimal(9));
            json.WriteString("currency"u8, row.GetString(10));
            json.WriteEndObject();
        }
        Id(json, "ownerId"u8, row, 11);
        if (row.IsDBNull(12)) json.WriteNull("score"u8);
        else json.WriteNumber("score"u8, row.GetInt32(12));
        Text(json, "notes"u8, row, 13);
        if (row.IsDBNull(14)) json.WriteNull("convertedAt"u8);
        else json.WriteString("convertedAt"u8, row.GetDateTime(14));
        Id(json, "customerId"u8, row, 15);
        Id(json, "dealId"u8, row, 16);
        json.WriteStartArray("tags"u8);
        foreach (var tag in row.GetFieldValue<string[]>(17)) json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WritePropertyName("customFields"u8);
        json.WriteRawValue(row.GetString(18), skipInputValidation: true);
        Text(json, "externalId"u8, row, 19);
        json.WriteString("createdAt"u8, row.GetDateTime(20));
        json.WriteString("updatedAt"u8, row.GetDateTime(21));
        Id(json, "createdBy"u8, row, 22);
        Id(json, "updatedBy"u8, row, 23);
        json.WriteNumber("version"u8, row.GetInt32(24));
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column)) json.WriteNull(name);
        else json.WriteString(name, row.GetString(column));
    }

    private static void Id(Utf8JsonWriter json, ReadOnlySpan<byte> name, NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column)) json.WriteNull(name);
        else json.WriteString(name, row.GetGuid(column));
    }
}
