using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Crm.Application.CustomFields;
using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>How values look on the wire and in the log: camelCase, UPPER_SNAKE_CASE enums, RFC 3339 instants, nulls written.</summary>
public static class WireJson
{
    /// <summary>The one set of options.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Answers are application/json, never embedded in HTML; escaping beyond RFC 8259 only makes them longer.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Inline } },
            NumberHandling = JsonNumberHandling.Strict,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false));
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new TextConverter<EmailAddress>(e => e.Value, EmailAddress.Parse));
        options.Converters.Add(new TextConverter<PhoneNumber>(p => p.Text, PhoneNumber.Parse));
        options.Converters.Add(new MoneyConverter());
        options.Converters.Add(new CustomValueConverter());
        options.Converters.Add(new CustomValuesConverter());
        options.Converters.Add(new FreeJsonConverter());
        options.Converters.Add(new ListsConverter());
        options.MakeReadOnly();
        return options;
    }

    private static void Inline(JsonTypeInfo type)
    {
        foreach (var part in type.Properties.Where(p => p.AttributeProvider?.IsDefined(typeof(WrittenInlineAttribute), true) == true).ToList())
        {
            type.Properties.Remove(part);
            foreach (var member in part.PropertyType.GetProperties())
            {
                var written = type.CreateJsonPropertyInfo(member.PropertyType, JsonNamingPolicy.CamelCase.ConvertName(member.Name));
                written.Get = whole => part.Get!(whole) is { } value ? member.GetValue(value) : null;
                type.Properties.Add(written);
            }
        }
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDateTimeOffset();
        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instants.FormatInstant(value));
    }

    private sealed class TextConverter<T>(Func<T, string> text, Func<string?, string, T> parse) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => parse(reader.GetString(), "value");
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(text(value));
    }

    private sealed class FreeJsonConverter : JsonConverter<FreeJson>
    {
        public override FreeJson? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => FreeJson.Of(JsonElement.ParseValue(ref reader));
        public override void Write(Utf8JsonWriter writer, FreeJson value, JsonSerializerOptions options) => value.Element.WriteTo(writer);
    }

    private sealed class ListsConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>);

        public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ListConverter<>).MakeGenericType(type.GetGenericArguments()))!;
    }

    private sealed class ListConverter<T> : JsonConverter<ValueList<T>>
    {
        public override ValueList<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => ValueList.Of(JsonSerializer.Deserialize<T[]>(ref reader, options));
        public override void Write(Utf8JsonWriter writer, ValueList<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value) JsonSerializer.Serialize(writer, item, options);
            writer.WriteEndArray();
        }
    }

    private sealed class MoneyConverter : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return Money.Of(document.RootElement.GetProperty("amount").GetDecimal(), document.RootElement.GetProperty("currency").GetString()!);
        }

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteNumber("amount", value.Amount);
            writer.WriteString("currency", value.Currency);
            writer.WriteEndObject();
        }
    }
}

/// <summary>A member that is not written as one: its own members are, in its place. What is so written is not read back.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WrittenInlineAttribute : Attribute;
