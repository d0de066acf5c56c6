using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>
/// One record as it was read: the columns of the chosen members, in their order. Only the first <paramref name="shown"/> are answered, and of its custom fields
/// <paramref name="custom"/>.
/// </summary>
public sealed class RecordRow(IReadOnlyList<Field> fields, object?[] values, IReadOnlyList<CustomFieldDefinition> custom, int? shown = null)
{
    /// <summary>The members read.</summary>
    public IReadOnlyList<Field> Fields { get; } = fields;

    /// <summary>Related records by the name they are embedded under; null values are references to nothing visible.</summary>
    public Dictionary<string, RecordRow?>? Related { get; set; }

    /// <summary>The value of a member; money is a <see cref="Money"/>.</summary>
    public object? this[string name] => TryGet(name, out var value) ? value : throw new KeyNotFoundException(name);

    /// <summary>Puts a value in the place of a member that takes one column.</summary>
    public void Set(string name, object? value)
    {
        var column = 0;
        foreach (var field in Fields)
        {
            if (field.Name == name) values[column] = value;
            column += field.Width;
        }
    }

    /// <summary>The record's id.</summary>
    public Guid Id => (Guid)this["id"]!;

    /// <summary>The record's version; null for resources without one.</summary>
    public int? Version => TryGet("version", out var version) ? (int?)version : null;

    /// <summary>The record as a type that has its members, or some of them, by their names on the wire.</summary>
    public T As<T>()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer);
        return JsonSerializer.Deserialize<T>(buffer.ToArray(), WireJson.Options)!;
    }

    /// <summary>Writes the record as a JSON object.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        var column = 0;
        for (var i = 0; i < (shown ?? Fields.Count); i++)
        {
            var field = Fields[i];
            writer.WritePropertyName(field.EncodedName);
            WriteValue(writer, field, column);
            column += field.Width;
        }
        if (Related is not null)
        {
            foreach (var (name, row) in Related)
            {
                writer.WritePropertyName(name);
                if (row is null) writer.WriteNullValue();
                else row.Write(writer);
            }
        }
        writer.WriteEndObject();
    }

    private bool TryGet(string name, out object? value)
    {
        var column = 0;
        for (var i = 0; i < Fields.Count; i++)
        {
            var field = Fields[i];
            if (field.Name == name)
            {
                value = field.Kind == FieldKind.Money ? MoneyAt(column) : values[column];
                return true;
            }
            column += field.Width;
        }
        value = null;
        return false;
    }

    private Money? MoneyAt(int column) => values[column] is decimal amount ? Money.Of(amount, (string)values[column + 1]!) : null;

    private void WriteValue(Utf8JsonWriter writer, Field field, int column)
    {
        switch (values[column])
        {
            case null: writer.WriteNullValue(); break;
            case decimal amount when field.Kind == FieldKind.Money: WriteMoney(writer, amount, (string)values[column + 1]!); break;
            // Through the items' own type, so that money has its currency's scale and members their order.
            case string json when field is { Kind: FieldKind.Embedded, ClrType: { } items }:
                JsonSerializer.Serialize(writer, JsonSerializer.Deserialize(json, items.GetGenericArguments()[0].MakeArrayType(), WireJson.Options), WireJson.Options);
                break;
            case string json when field.Kind is FieldKind.Object or FieldKind.Embedded or FieldKind.Map or FieldKind.CustomValue or FieldKind.Json: writer.WriteRawValue(json, skipInputValidation: true); break;
            case string json when field.Kind is FieldKind.CustomFields: WriteCustom(writer, json); break;
            case string text: writer.WriteStringValue(text); break;
            case Guid id: writer.WriteStringValue(id); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case DateTime instant: writer.WriteStringValue(instant); break; // UTC and whole microseconds: written as Instants.FormatInstant does
            case DateTimeOffset instant: writer.WriteStringValue(instant.UtcDateTime); break;
            case DateOnly date: writer.WriteStringValue(Instants.FormatDate(date)); break;
            case string[] texts:
                writer.WriteStartArray();
                foreach (var text in texts) writer.WriteStringValue(text);
                writer.WriteEndArray();
                break;
            case var other: JsonSerializer.Serialize(writer, other, WireJson.Options); break;
        }
    }

    /// <summary>The fields in use by their names of today, null where there is no value; what retired ones have stays unsaid.</summary>
    private void WriteCustom(Utf8JsonWriter writer, string json)
    {
        writer.WriteStartObject();
        using var stored = custom.Count > 0 && json != "{}" ? JsonDocument.Parse(json) : null;
        foreach (var field in custom)
        {
            writer.WritePropertyName(field.EncodedName);
            if (stored is not null && stored.RootElement.TryGetProperty(field.Key, out var value)) value.WriteTo(writer);
            else writer.WriteNullValue();
        }
        writer.WriteEndObject();
    }

    /// <summary>Exactly the currency's minor digits, whatever scale the sum or column had.</summary>
    private static decimal Scaled(decimal amount, string currency)
    {
        var digits = Currency.Find(currency)?.Digits ?? 2;
        return decimal.Round(amount + new decimal(0, 0, 0, false, (byte)digits), digits);
    }

    private static void WriteMoney(Utf8JsonWriter writer, decimal amount, string currency)
    {
        writer.WriteStartObject();
        writer.WriteNumber("amount"u8, Scaled(amount, currency));
        writer.WriteString("currency"u8, currency);
        writer.WriteEndObject();
    }
}

/// <summary>A page of a list.</summary>
public sealed record RecordPage(IReadOnlyList<RecordRow> Rows, PageMeta Meta);

/// <summary>What a list says about its page.</summary>
/// <param name="Total">Null when it was not counted.</param>
/// <param name="TotalIsEstimate">True when <paramref name="Total"/> is the planner's estimate.</param>
/// <param name="NextCursor">Where the next page begins; null on the last one.</param>
public sealed record PageMeta(int Skip, int Take, long? Total, bool TotalIsEstimate, string? NextCursor)
{
    /// <summary>In the log: where to go on, now or later, whether or not there is more yet.</summary>
    public string? Position { get; init; }
}

/// <summary>A page of anything else.</summary>
public interface IDataPage
{
    /// <summary>The rows.</summary>
    IReadOnlyList<object> Items { get; }

    /// <summary>What the list says about its page.</summary>
    PageMeta Meta { get; }
}

/// <summary>A page of typed rows.</summary>
public sealed record DataPage<T>(IReadOnlyList<T> Rows, PageMeta Meta) : IDataPage where T : class
{
    IReadOnlyList<object> IDataPage.Items => Rows;
}

/// <summary>Which page of a list that is no resource: history, timeline, the log.</summary>
/// <param name="Skip">Rows to leave out, 0–10,000.</param>
/// <param name="Take">Rows to give, 1–200.</param>
/// <param name="Cursor">Where the last page ended.</param>
public sealed record PageRequest(int Skip = 0, int Take = 50, string? Cursor = null);

/// <summary>An answer that is one record without being a declared resource; its version is the ETag.</summary>
public interface IVersioned
{
    /// <summary>+1 with every change.</summary>
    int Version { get; }
}
