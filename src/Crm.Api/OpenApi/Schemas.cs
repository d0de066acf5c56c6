using System.Text.Json.Nodes;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>Small words for writing schemas, and the components they refer to.</summary>
internal sealed class Schemas(OpenApiDocument document, Descriptions descriptions)
{
    /// <summary>A reference to a component, made on first use.</summary>
    public IOpenApiSchema Component(string name, Func<OpenApiSchema> make)
    {
        var components = (document.Components ??= new OpenApiComponents()).Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!components.ContainsKey(name))
        {
            // Named before it is made: schemas may contain themselves.
            components[name] = new OpenApiSchema();
            components[name] = make();
        }
        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>What a reference refers to: the document's own look-up works only once it is complete.</summary>
    public IOpenApiSchema Resolve(IOpenApiSchema schema) =>
        schema is OpenApiSchemaReference { Reference.Id: { } id } ? document.Components!.Schemas![id] : schema;

    public static OpenApiSchema Text(string? format = null) => new() { Type = JsonSchemaType.String, Format = format };

    public static OpenApiSchema Integer() => new() { Type = JsonSchemaType.Integer, Format = "int32" };

    public static OpenApiSchema Flag() => new() { Type = JsonSchemaType.Boolean };

    public static OpenApiSchema Always(bool value) => new() { Type = JsonSchemaType.Boolean, Enum = [JsonValue.Create(value)] };

    public static OpenApiSchema List(IOpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    public static OpenApiSchema Choice(IEnumerable<string> values) => new() { Type = JsonSchemaType.String, Enum = [.. values.Select(v => (JsonNode)JsonValue.Create(v))] };

    /// <summary>How a custom field is named in <c>fields</c> and <c>expand</c>.</summary>
    public const string CustomName = @"^customFields\.[a-z][A-Za-z0-9]*$";

    /// <summary>How it is named in <c>sort</c>.</summary>
    public const string CustomSortKey = @"^-?customFields\.[a-z][A-Za-z0-9]*$";

    /// <summary>How it is named in a filter.</summary>
    public const string CustomFilter = @"^customFields\.[a-z][A-Za-z0-9]*(\.currency)?$";

    /// <summary>One of the names, or that of a custom field, which this document cannot know.</summary>
    public static OpenApiSchema NameOf(Resource resource, IEnumerable<string> names, string custom) => !resource.TakesCustomFields ? Choice(names)
        : new() { AnyOf = [Choice(names), new OpenApiSchema { Type = JsonSchemaType.String, Pattern = custom }] };

    public static OpenApiSchema Choice(Type type) => Choice(Choices.Names(type));

    /// <summary>An object all of whose members are there.</summary>
    public static OpenApiSchema Complete(params (string Name, IOpenApiSchema Schema)[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = members.ToDictionary(m => m.Name, m => m.Schema),
        Required = members.Select(m => m.Name).ToHashSet(),
    };

    /// <summary>An object none of whose members must be there and that has no others.</summary>
    public static OpenApiSchema Optional(params (string Name, IOpenApiSchema Schema)[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = members.ToDictionary(m => m.Name, m => m.Schema),
        AdditionalPropertiesAllowed = false,
    };

    /// <summary>The same, or null.</summary>
    public static IOpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema { Type: null, OneOf: null }) return schema; // anything, null too
        if (schema is not OpenApiSchema { Type: { } type } own) return new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] };
        own.Type = type | JsonSchemaType.Null;
        if (own.Enum is { Count: > 0 }) own.Enum.Add(null!);
        return own;
    }

    public IOpenApiSchema Money() => Component("Money", () =>
    {
        var money = Complete(("amount", new OpenApiSchema { Type = JsonSchemaType.Number, Description = "Decimal; never more digits than the currency has." }), ("currency", new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "ISO 4217.",
            MinLength = 3,
            MaxLength = 3,
        }));
        money.Description = "An amount of money in a currency.";
        money.Examples = [Examples.Json("""{"amount": 1250.00, "currency": "EUR"}""")];
        return money;
    });

    /// <summary>A body by its shape: what is required, and nothing besides.</summary>
    public IOpenApiSchema Body(string name, BodyShape shape, TypeSchemas types) => Component(name, () =>
    {
        var body = Optional([.. shape.Fields.Select(f => (f.Name, Described(f.IsRequired ? Of(f, types, input: true) : OrNull(Of(f, types, input: true)), descriptions.Of(shape.Type, f.Name))))]);
        body.Description = descriptions.Of(shape.Type);
        if (shape.Fields.Any(f => f.IsRequired)) body.Required = shape.Fields.Where(f => f.IsRequired).Select(f => f.Name).ToHashSet();
        return body;
    });

    /// <summary>The wire form of a declared member; embedded items may leave out in a body what an answer always has.</summary>
    public IOpenApiSchema Of(Field field, TypeSchemas types, bool input = false) => field.Kind switch
    {
        FieldKind.Text => field.Words.Count > 0 ? Choice(field.Words) : Limited(field),
        FieldKind.Email => new OpenApiSchema { Type = JsonSchemaType.String, Format = "email", MaxLength = 254 },
        FieldKind.Phone => Limited(field),
        FieldKind.Id => Text("uuid"),
        FieldKind.Choice => Choice(field.EnumType!),
        FieldKind.Integer => Ranged(field, Integer()),
        FieldKind.Decimal => Ranged(field, new OpenApiSchema { Type = JsonSchemaType.Number }),
        FieldKind.Boolean => Flag(),
        FieldKind.Date => Text("date"),
        FieldKind.Instant => Text("date-time"),
        FieldKind.Money => Money(),
        FieldKind.Tags => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 50 }, MaxItems = 100 },
        FieldKind.Emails => List(Text("email")),
        FieldKind.Phones => List(Text()),
        FieldKind.Map => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Text() },
        FieldKind.CustomFields => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true },
        FieldKind.CustomValue or FieldKind.Json => new OpenApiSchema(),
        FieldKind.Ids => List(Text("uuid")),
        FieldKind.Words => List(field.Words.Count > 0 ? Choice(field.Words) : Text()),
        FieldKind.Object when input => Body(TypeSchemas.NameOf(field.ClrType!) + "Input", BodyShape.Of(field), types),
        _ when input && field.ClrType is { IsGenericType: true } list => List(Body(list.GetGenericArguments()[0].Name + "Input", BodyShape.Of(list.GetGenericArguments()[0]), types)),
        _ => field.ClrType is { } type ? types.Of(type) : new OpenApiSchema(),
    };

    /// <summary>Adds what is said about it in words.</summary>
    public static IOpenApiSchema Described(IOpenApiSchema schema, string? description, bool readOnly = false, string? exampleText = null)
    {
        if (schema is OpenApiSchemaReference reference)
        {
            if (description is not null) reference.Description = description;
        }
        else if (schema is OpenApiSchema own)
        {
            (own.Description, own.ReadOnly) = (description ?? own.Description, readOnly);
            if (exampleText is not null) own.Examples = [OpenApi.Examples.Json(exampleText)];
        }
        return schema;
    }

    private static OpenApiSchema Limited(Field field) => new()
    {
        Type = JsonSchemaType.String,
        MaxLength = field.MaxLength == int.MaxValue ? null : field.MaxLength,
        MinLength = field.IsRequired ? 1 : null,
    };

    private static OpenApiSchema Ranged(Field field, OpenApiSchema schema)
    {
        schema.Minimum = field.Min?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        schema.Maximum = field.Max?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return schema;
    }
}
