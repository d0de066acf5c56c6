using System.Text.Json.Nodes;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Subscriptions;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>Parameters: the shared ones as components, those of a list from its resource's declaration.</summary>
internal sealed class Parameters(OpenApiDocument document, Schemas schemas, TypeSchemas types, RecordSchemas records, Descriptions descriptions)
{
    private static readonly string[] Everywhere = ["id", "tags", "externalId", "createdAt", "updatedAt", "createdBy", "updatedBy", "version"];

    public IOpenApiParameter TenantId() => Shared("TenantId", () => Header("X-Tenant-Id", "The tenant meant. May be left out when the credentials reach one tenant only.", Schemas.Text("uuid")));

    public IOpenApiParameter RequestId() => Shared("RequestId", () => Header("X-Request-Id", "Your own id of the request; it comes back in the answer and goes into the log and the events.", new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 100, Pattern = "^[A-Za-z0-9._:-]+$" }));

    public IOpenApiParameter IdempotencyKey() => Shared("IdempotencyKey", () => Header("Idempotency-Key",
        "Makes a retry safe: the stored answer of the first success is repeated for 24 hours.", new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255, Pattern = "^[!-~]+$" }, "\"order-4711-attempt\""));

    public IOpenApiParameter IfMatch() => Shared("IfMatch", () => Header("If-Match", "The ETag of the version the change builds on; another one is 412.", Schemas.Text(), "\"\\\"1\\\"\""));

    public IOpenApiParameter IfNoneMatch() => Shared("IfNoneMatch", () => Header("If-None-Match", "The ETag you have; 304 when it is still the current one.", Schemas.Text()));

    public IOpenApiParameter Range() => Shared("Range", () => Header("Range", "The bytes wanted, such as bytes=0-1023; one range at a time (RFC 9110).", Schemas.Text(), "\"bytes=0-9\""));

    public IOpenApiParameter LastEventId() => Shared("LastEventId", () => Header("Last-Event-ID", "The position you have come to; the stream goes on after it. Browsers send it by themselves when they connect again.", Schemas.Text(), "\"0\""));

    public static OpenApiParameter Signature(string header) => Header(header, "The signature: t=seconds since 1970, v1=HMAC-SHA256 of t.body in hexadecimal digits; not older than five minutes.", Schemas.Text(), "\"t=1767258000,v1=5257a869e7\"");

    public static OpenApiParameter Path(string name, Http.Route route) => name switch
    {
        "externalId" => Path(name, "The record's key in your own system.", new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 }, "X-1"),
        "code" => Path(name, "A plan; one that is none is 404.", Schemas.Choice(typeof(PlanCode)), "STARTER"),
        "resource" => Path(name, "The plural name of a resource.", Schemas.Text(), "leads"),
        _ => Path(name, "An id; one that names no record you may see is 404.", Schemas.Text("uuid"), Examples.Id(route.Resource?.Name ?? Before(name, route.Path)).ToString()),
    };

    /// <summary>What an id is of, where no resource says so: the segment it follows.</summary>
    private static string Before(string name, string path) => path.Split('/').TakeWhile(s => s != $"{{{name}}}").LastOrDefault() ?? name;

    public IOpenApiParameter OfQuery(Field field, Type request)
    {
        var parameter = Query(field.Name, field.Description ?? descriptions.Of(request, field.Name), schemas.Of(field, types), required: field.IsRequired);
        parameter.Example = field.Example is { } example ? Examples.Json(example) : field.Words is [var word, ..] ? word : Examples.Known(field.Name);
        return parameter;
    }

    public IEnumerable<IOpenApiParameter> Page() =>
    [
        Shared("Skip", () => Query("skip", "Rows to leave out.", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = "10000", Default = 0 })),
        Shared("Take", () => Query("take", "Rows to give.", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200", Default = 50 })),
        Shared("Cursor", () => Query("cursor", "Where the last page ended (meta.nextCursor); instead of skip.", Schemas.Text())),
    ];

    public IEnumerable<IOpenApiParameter> One(Resource resource) =>
    [
        Several(resource, "fields", "Members to answer, separated by commas; without it, all. An answer then has exactly these, whatever its schema requires.", resource.Fields.Select(f => f.Name)),
        .. records.Expandable(resource).Any() ? [Several(resource, "expand", "Related records to embed.", records.Expandable(resource))] : Array.Empty<IOpenApiParameter>(),
    ];

    public IEnumerable<IOpenApiParameter> List(Resource resource) =>
    [
        .. Page(),
        Shared("Count", () => Query("count", "How meta.total is counted: by default estimated without and none with a cursor.", Schemas.Choice(["none", "exact", "estimated"]))),
        Several(resource, "sort", "At most three members, - for descending; nulls last, the id breaks ties. By default -createdAt.", RecordSchemas.SortKeys(resource), Schemas.CustomSortKey),
        .. One(resource),
        .. resource.Fields.Any(f => f.Searched) ? [Search()] : Array.Empty<IOpenApiParameter>(),
        Shared("Deleted", () => Query("deleted", "true lists only what was deleted.", Schemas.Flag())),
        .. resource.Fields.Where(RecordSchemas.Filters).SelectMany(f => Filters(resource, f)),
    ];

    private OpenApiParameterReference Search() => Shared("Search", () => Query("search", "Words that must all occur in the record's texts; the last one as a prefix, case and accents ignored.",
        new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 500 }));

    /// <summary>Those of members that every record has are components.</summary>
    private IEnumerable<IOpenApiParameter> Filters(Resource resource, Field field) => OfField(resource, field).Select(p => Everywhere.Contains(field.Name)
        ? Shared("filter." + p.Name!.Replace('[', '.').TrimEnd(']'), () => p)
        : (IOpenApiParameter)p);

    /// <summary>A filter's parameters: the member itself and the operators that its type makes useful. The description of the API names all.</summary>
    private IEnumerable<OpenApiParameter> OfField(Resource resource, Field field)
    {
        var of = descriptions.Of(resource, field) is { } says ? $" ({says.TrimEnd('.')})" : "";
        yield return FilterValues(field, $"{field.Name} equals{of}");
        if (field.Kind == FieldKind.Money) yield return Query($"{field.Name}.currency", $"ISO 4217 code of {field.Name}.", Schemas.Text());
        foreach (var op in Operators(field))
            yield return op == "under" ? Several($"{field.Name}[under]", Words(field.Name, op), Scalar(field)) : Query($"{field.Name}[{op}]", Words(field.Name, op), op == "null" ? Schemas.Flag() : op is "contains" or "startsWith" ? Schemas.Text() : Scalar(field));
    }

    private static IEnumerable<string> Operators(Field field)
    {
        IEnumerable<string> operators = field.Kind switch
        {
            FieldKind.Text or FieldKind.Email or FieldKind.Phone => ["contains", "startsWith"],
            FieldKind.Integer or FieldKind.Decimal or FieldKind.Date or FieldKind.Instant or FieldKind.Money => ["gt", "gte", "lt", "lte"],
            FieldKind.Id when field.TreeTable is not null => ["under"],
            _ => [],
        };
        return field.Nullable ? operators.Append("null") : operators;
    }

    private static string Words(string name, string op) => op switch
    {
        "gt" => $"{name} is greater",
        "gte" => $"{name} is greater or equal",
        "lt" => $"{name} is less",
        "lte" => $"{name} is less or equal",
        "contains" => $"{name} has this text in it, case and accents ignored",
        "startsWith" => $"{name} begins with this text, case and accents ignored",
        "under" => $"{name} is one of these, or below one of them",
        _ => $"{name} has no value (true) or has one (false)",
    };

    private OpenApiParameter FilterValues(Field field, string description) => field.Kind is FieldKind.Choice or FieldKind.Id or FieldKind.Tags
        ? Several(field.Name, description + "; commas separate alternatives", Scalar(field))
        : Query(field.Name, description, Scalar(field));

    private IOpenApiSchema Scalar(Field field) => field.Kind switch
    {
        FieldKind.Money => new OpenApiSchema { Type = JsonSchemaType.Number },
        FieldKind.Tags or FieldKind.Emails or FieldKind.Phones or FieldKind.Text or FieldKind.Email or FieldKind.Phone => Schemas.Text(),
        _ => schemas.Of(field, types),
    };

    private static OpenApiParameter Several(Resource resource, string name, string description, IEnumerable<string> values, string custom = Schemas.CustomName) =>
        Several(name, description, Schemas.NameOf(resource, values, custom));

    private static OpenApiParameter Several(string name, string description, IOpenApiSchema value)
    {
        var parameter = Query(name, description, Schemas.List(value));
        (parameter.Style, parameter.Explode) = (ParameterStyle.Form, false);
        return parameter;
    }

    private static OpenApiParameter Query(string name, string? description, IOpenApiSchema schema, bool required = false) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema, Required = required };

    private static OpenApiParameter Path(string name, string description, IOpenApiSchema schema, string example) =>
        new() { Name = name, In = ParameterLocation.Path, Required = true, Description = description, Schema = schema, Example = example };

    private static OpenApiParameter Header(string name, string description, IOpenApiSchema schema, string? example = null) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = schema,
        Example = example is null ? null : Examples.Json(example),
    };

    private OpenApiParameterReference Shared(string id, Func<OpenApiParameter> make)
    {
        var all = (document.Components ??= new OpenApiComponents()).Parameters ??= new Dictionary<string, IOpenApiParameter>();
        if (!all.ContainsKey(id)) all[id] = make();
        return new OpenApiParameterReference(id, document);
    }
}
