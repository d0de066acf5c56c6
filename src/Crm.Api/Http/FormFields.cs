using System.Text;
using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.Resources;

namespace Crm.Api.Http;

/// <summary>
/// The fields of a form as the JSON object they stand for, by the declaration of the resource: a list is a field that comes several
/// times, an object is JSON (OpenAPI 3.1 §4.8.14.3), everything else is text. What does not fit is told by the binder, as for any body.
/// </summary>
internal sealed class FormFields(Resource resource)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly List<(string Name, string Text)> _fields = [];

    /// <summary>What is wrong with the form itself.</summary>
    public BindErrors Errors { get; } = new();

    /// <summary>Adds one field as it was sent.</summary>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        try
        {
            var text = Strict.GetString(value);
            if (!IsList(name) && _fields.Any(f => f.Name == name)) Errors.Add(name, "is given more than once");
            else _fields.Add((name, text));
        }
        catch (DecoderFallbackException)
        {
            Errors.Add(name, "must be UTF-8");
        }
    }

    /// <summary>True when there is such a field.</summary>
    public bool Has(string name) => _fields.Any(f => f.Name == name);

    /// <summary>Takes a field out that is about the form and no member of the record; null when it was not sent.</summary>
    public string? Remove(string name)
    {
        var found = _fields.FirstOrDefault(f => f.Name == name);
        _fields.Remove(found);
        return found.Text;
    }

    /// <summary>The same text for forms that say the same, in whatever order.</summary>
    public string Canonical() => JsonSerializer.Serialize(_fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new[] { f.Name, f.Text }));

    /// <summary>The object.</summary>
    public JsonElement ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var field in _fields.GroupBy(f => f.Name, StringComparer.Ordinal))
            {
                writer.WritePropertyName(field.Key);
                if (IsList(field.Key))
                {
                    writer.WriteStartArray();
                    foreach (var (_, text) in field) writer.WriteStringValue(text);
                    writer.WriteEndArray();
                }
                else Write(writer, field.First());
            }
            writer.WriteEndObject();
        }
        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    private bool IsList(string name) => resource.Find(name)?.Kind is FieldKind.Tags or FieldKind.Emails or FieldKind.Phones;

    private void Write(Utf8JsonWriter writer, (string Name, string Text) field)
    {
        if (resource.Find(field.Name)?.Kind is FieldKind.Integer or FieldKind.Decimal or FieldKind.Boolean or FieldKind.Money or FieldKind.Map or FieldKind.CustomFields or FieldKind.Embedded)
            try
            {
                using var json = JsonDocument.Parse(field.Text, new JsonDocumentOptions { MaxDepth = 64 });
                json.RootElement.WriteTo(writer);
                return;
            }
            catch (JsonException)
            {
                // Then it is a text where none belongs, and the binder says so.
            }
        writer.WriteStringValue(field.Text);
    }
}
