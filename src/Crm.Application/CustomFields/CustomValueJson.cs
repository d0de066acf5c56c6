using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Domain.Common;

namespace Crm.Application.CustomFields;

/// <summary>Values of custom fields as JSON: each as the wire writes its type, those of a record by the field's number.</summary>
internal sealed class CustomValueConverter : JsonConverter<CustomValue>
{
    public override CustomValue Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Of(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, CustomValue value, JsonSerializerOptions options)
    {
        switch (value.Content)
        {
            case string text: writer.WriteStringValue(text); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            default: JsonSerializer.Serialize(writer, value.Content, value.Content.GetType(), options); break;
        }
    }

    /// <summary>The value that JSON of our own writing stands for.</summary>
    internal static CustomValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => CustomValue.Of(json.GetString()!),
        JsonValueKind.Number => CustomValue.Of(json.GetDecimal()),
        JsonValueKind.True or JsonValueKind.False => CustomValue.Of(json.GetBoolean()),
        JsonValueKind.Object => CustomValue.Of(Money.Of(json.GetProperty("amount").GetDecimal(), json.GetProperty("currency").GetString()!)),
        JsonValueKind.Array => CustomValue.Of(ValueList.Of(json.EnumerateArray().Select(item => item.GetString()!))),
        _ => throw new JsonException("A custom field has no such value."),
    };
}

/// <inheritdoc cref="CustomValueConverter"/>
internal sealed class CustomValuesConverter : JsonConverter<CustomValues>
{
    public override CustomValues Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return CustomValues.Of(document.RootElement.EnumerateObject()
            .Select(m => KeyValuePair.Create(int.Parse(m.Name, CultureInfo.InvariantCulture), (CustomValue?)CustomValueConverter.Of(m.Value))));
    }

    public override void Write(Utf8JsonWriter writer, CustomValues value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (number, content) in value.Entries)
        {
            writer.WritePropertyName(number.ToString(CultureInfo.InvariantCulture));
            JsonSerializer.Serialize(writer, content, options);
        }
        writer.WriteEndObject();
    }
}
