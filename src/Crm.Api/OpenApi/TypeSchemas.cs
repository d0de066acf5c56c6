using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>The schema of a CLR type as <see cref="WireJson"/> writes it: camelCase, every member written, nulls too.</summary>
internal sealed class TypeSchemas(Schemas schemas, Descriptions descriptions)
{
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>The schema; records become components named after them.</summary>
    public IOpenApiSchema Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Schemas.OrNull(Of(inner));
        if (Simple(type) is { } simple) return simple;
        if (type == typeof(Money)) return schemas.Money();
        if (type.IsAssignableTo(typeof(JsonNode)) || type == typeof(JsonElement) || type == typeof(FreeJson) || type == typeof(object)) return new OpenApiSchema();
        if (Values(type) is { } values) return new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Of(values) };
        if (Items(type) is { } items) return Schemas.List(Of(items));
        return schemas.Component(NameOf(type), () => Members(type));
    }

    private OpenApiSchema Members(Type type)
    {
        var schema = Schemas.Complete([.. WireJson.Options.GetTypeInfo(type).Properties.Where(p => p.Get is not null)
            .Select(p => (p.Name, Schemas.Described(IsNullable(p.AttributeProvider as PropertyInfo) ? Schemas.OrNull(Of(p.PropertyType)) : Of(p.PropertyType), descriptions.Of(type, p.Name))))]);
        schema.Description = descriptions.Of(type);
        return schema;
    }

    private bool IsNullable(PropertyInfo? property) =>
        property is not null && !property.PropertyType.IsValueType && _nullability.Create(property).ReadState == NullabilityState.Nullable;

    private static OpenApiSchema? Simple(Type type) => type switch
    {
        _ when type == typeof(string) || type == typeof(PhoneNumber) => Schemas.Text(),
        _ when type == typeof(EmailAddress) => Schemas.Text("email"),
        _ when type == typeof(Guid) => Schemas.Text("uuid"),
        _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => Schemas.Text("date-time"),
        _ when type == typeof(DateOnly) => Schemas.Text("date"),
        _ when type == typeof(bool) => Schemas.Flag(),
        _ when type == typeof(int) || type == typeof(short) => Schemas.Integer(),
        _ when type == typeof(long) => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
        _ when type == typeof(decimal) || type == typeof(double) || type == typeof(float) => new OpenApiSchema { Type = JsonSchemaType.Number },
        { IsEnum: true } => Schemas.Choice(type),
        _ => null,
    };

    private static Type? Values(Type type) => type.GetInterfaces().Append(type)
        .FirstOrDefault(i => i.IsGenericType && (i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) || i.GetGenericTypeDefinition() == typeof(IDictionary<,>)))?
        .GetGenericArguments()[1];

    private static Type? Items(Type type) => !type.IsAssignableTo(typeof(IEnumerable)) ? null
        : type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0] ?? typeof(object);

    /// <summary>The record's name without what only its use in the code adds.</summary>
    public static string NameOf(Type type) => type.IsGenericType
        ? type.Name[..type.Name.IndexOf('`')] + string.Concat(type.GetGenericArguments().Select(NameOf))
        : type.Name;
}
