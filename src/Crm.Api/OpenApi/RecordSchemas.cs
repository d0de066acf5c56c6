using System.Text.Json.Nodes;
using Crm.Api.Http;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Application.Resources;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>The schemas of a declared resource: the record, what creates, replaces and changes one, its batch and its query.</summary>
internal sealed class RecordSchemas(Schemas schemas, TypeSchemas types, ResourceCatalog resources, Examples examples, Descriptions descriptions)
{
    public static string NameOf(Resource resource) => Routes.Pascal(resource.Singular);

    /// <summary>The declaration with this name.</summary>
    public Resource Declared(string name) => resources[name];

    /// <summary>The record as answers have it: every member always there.</summary>
    public IOpenApiSchema Record(Resource resource) => schemas.Component(NameOf(resource), () =>
    {
        var schema = Schemas.Complete([.. resource.Fields.Select(f => (f.Name, Member(resource, f, f.Nullable, f.ReadOnly, input: false)))]);
        foreach (var field in resource.Fields)
            if (field.ExpandName is { } name && resources.Find(field.RefersTo!) is { } target) schema.Properties!.TryAdd(name, Expanded(target, name));
        schema.Description = $"{char.ToUpperInvariant(resource.Singular[0])}{resource.Singular[1..]}: every member is always there, null when it has no value, unless `fields` names some; `expand` adds related records.";
        schema.Examples = [examples.Record(resource, schema)];
        return schema;
    });

    /// <summary>The body of POST.</summary>
    public IOpenApiSchema Input(Resource resource) => schemas.Component(NameOf(resource) + "Input", () =>
        Body(resource, resource.Fields.Where(f => !f.ReadOnly), required: true, examples.Creation(resource), $"What {Descriptions.Article(resource.Singular)} is made of. An absent member gets its default; null is no value, or the default of a member that always has one."));

    /// <summary>The form of an upload: what a record is made of and its content, each a part of its own; lists are parts that come several times, objects are JSON.</summary>
    public IOpenApiSchema Form(Resource resource, int maxBytes) => schemas.Component(NameOf(resource) + "Upload", () =>
    {
        var form = Schemas.Optional([.. resource.Fields.Where(f => !f.ReadOnly).Select(f => (f.Name, Member(resource, f, nullable: false, readOnly: false, input: true))),
            ("checksum", new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9A-Fa-f]{64}$", Description = "SHA-256 of the content as you have it, in hexadecimal; content with another one is refused." }),
            ("file", new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", MinLength = 1, MaxLength = maxBytes, Description = "The content, with its file name; its media type is told by its bytes." })]);
        form.Required = new HashSet<string> { "file" };
        form.Description = $"What {Descriptions.Article(resource.Singular)} is made of. Its name is the one the content was sent with, unless stated.{(resource.AttachedTo.Count == 0 ? "" : " Exactly one record to attach it to is required.")}";
        var example = examples.Creation(resource);
        example["file"] = resource.ContentExample ?? Examples.Content;
        form.Examples = [example];
        return form;
    });

    /// <summary>The body of PUT: as POST, and read-only members may come back as they were.</summary>
    public IOpenApiSchema Replacement(Resource resource) => schemas.Component(NameOf(resource) + "Replacement", () =>
        Body(resource, resource.Fields, required: true, examples.Creation(resource), "Absent members get their default; read-only members are accepted when they equal what is stored."));

    /// <summary>The body of PATCH: nothing is required, null clears.</summary>
    public IOpenApiSchema Patch(Resource resource) => schemas.Component(NameOf(resource) + "Patch", () =>
        Body(resource, resource.Fields, required: false, examples.Change(resource), "JSON Merge Patch (RFC 7396): absent = unchanged, null = cleared, arrays replaced whole; read-only members are accepted when they equal what is stored."));

    /// <summary>The body of /batch.</summary>
    public IOpenApiSchema Batch(Resource resource) => schemas.Component(NameOf(resource) + "Batch", () =>
    {
        var operation = Schemas.Optional(
            ("op", Schemas.Described(Schemas.Choice(resource.IsAppendOnly ? ["create"] : resource.HasOwnCreation ? ["update", "delete"] : ["create", "update", "upsert", "delete"]), "What to do; update and upsert follow the rule of PATCH.")),
            ("id", Schemas.Described(Schemas.OrNull(Schemas.Text("uuid")), "The record, for update and delete.")),
            ("externalId", Schemas.OrNull(new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200, Description = "For upsert; or as a member of data." })),
            ("ifMatch", Schemas.OrNull(new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "The version the change builds on." })),
            ("data", resource.IsAppendOnly ? Input(resource) : Patch(resource)));
        operation.Description = "One operation of a batch.";
        operation.Required = new HashSet<string> { "op" };
        var operations = Schemas.List(operation);
        (operations.MinItems, operations.MaxItems) = (1, BatchRecords.MaxOperations);
        var batch = Schemas.Optional(("operations", Schemas.Described(operations, "In the order in which they are done.")), ("atomic", Schemas.OrNull(new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "true: all or nothing." })));
        batch.Description = $"Operations on {resource.Name}.";
        batch.Required = new HashSet<string> { "operations" };
        var example = resource.HasOwnCreation
            ? new JsonObject { ["op"] = "update", ["id"] = Examples.Id(resource.Name).ToString(), ["data"] = examples.Change(resource) }
            : new JsonObject { ["op"] = "create", ["data"] = examples.Creation(resource) };
        batch.Examples = [new JsonObject { ["operations"] = new JsonArray(example), ["atomic"] = false }];
        return batch;
    });

    /// <summary>What became of one operation of a batch.</summary>
    public IOpenApiSchema BatchItem(Resource resource, IOpenApiSchema problem) => schemas.Component(NameOf(resource) + "BatchItem", () =>
    {
        var item = Schemas.Optional(("status", Schemas.Described(Schemas.Integer(), "The HTTP status the operation would have had by itself.")), ("id", Schemas.Described(Schemas.Text("uuid"), "The record.")),
            ("data", Schemas.Described(Record(resource), "The record as it is now; not after a delete.")), ("error", Schemas.Described(problem, "What was wrong.")));
        item.Required = new HashSet<string> { "status" };
        item.Description = "In the order of the operations; data on success, error on failure.";
        item.Examples = [new JsonObject { ["status"] = 201, ["id"] = Examples.Id(resource.Name).ToString(), ["data"] = examples.Of(Record(resource)) }];
        return item;
    });

    /// <summary>The body of /query.</summary>
    public IOpenApiSchema Query(Resource resource) => schemas.Component(NameOf(resource) + "Query", () =>
    {
        var query = Schemas.Optional(
            ("filter", Filter(resource)),
            ("search", Said(new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 500 }, "Words that must all occur in the record's texts; the last one as a prefix.")),
            ("sort", Said(Names(resource, SortKeys(resource), 3, Schemas.CustomSortKey), "At most three members, - for descending; by default -createdAt.")),
            ("fields", Said(Names(resource, resource.Fields.Select(f => f.Name), null), "Members to answer; without it, all.")),
            ("expand", Said(Names(resource, Expandable(resource), null), "Related records to embed.")),
            ("skip", Said(new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = "10000" }, "Rows to leave out.")),
            ("take", Said(new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200" }, "Rows to give; by default 50.")),
            ("cursor", Said(Schemas.Text(), "Where the last page ended (meta.nextCursor); instead of skip.")),
            ("count", Said(Schemas.Choice(["none", "exact", "estimated"]), "How meta.total is counted.")),
            ("deleted", Said(Schemas.Flag(), "true lists only what was deleted.")));
        query.Description = $"A list of {resource.Name}, as its query string has it, with the conditions as a tree.";
        var excluded = resource.Find("tags") is null ? """{"field":"createdBy","op":"null","value":true}""" : """{"field":"tags","op":"in","value":["spam"]}""";
        query.Examples = [new JsonObject
        {
            ["filter"] = Examples.Json($$"""{"and":[{"field":"createdAt","op":"gte","value":"2026-01-01T00:00:00Z"},{"not":{{excluded}}}]}"""),
            ["sort"] = new JsonArray("-createdAt"),
            ["take"] = 20,
        }];
        return query;
    });

    public static IEnumerable<string> SortKeys(Resource resource) => resource.Fields.Where(f => f.Sorts).SelectMany(f => new[] { f.Name, "-" + f.Name });

    public IEnumerable<string> Expandable(Resource resource) => resource.Fields.Where(f => f.ExpandName is not null && resources.Find(f.RefersTo!) is not null).Select(f => f.ExpandName!);

    public static bool Filters(Field field) => field.Filters && field.Kind is not (FieldKind.Embedded or FieldKind.Object or FieldKind.Words or FieldKind.Ids or FieldKind.Map or FieldKind.CustomFields or FieldKind.CustomValue or FieldKind.Json);

    private IOpenApiSchema Filter(Resource resource) => schemas.Component(NameOf(resource) + "Filter", () =>
    {
        var self = new Lazy<IOpenApiSchema>(() => Filter(resource));
        var fields = resource.Fields.Where(Filters).SelectMany(f => f.Kind == FieldKind.Money ? new[] { f.Name, f.Name + ".currency" } : [f.Name]);
        var condition = Schemas.Optional(("field", Schemas.NameOf(resource, fields, Schemas.CustomFilter)),
            ("op", Schemas.Choice(Enum.GetNames<FilterOperator>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName))),
            ("value", new OpenApiSchema { Description = "A value, or a list of values for in, nin, between and under." }));
        condition.Required = new HashSet<string> { "field", "value" };
        return new OpenApiSchema
        {
            Description = "A condition, or and, or, not of filters; at most 8 levels and 100 conditions. Without op it is eq.",
            OneOf = [condition, One("and", NonEmpty(self.Value)), One("or", NonEmpty(self.Value)), One("not", self.Value)],
        };
    });

    private static IOpenApiSchema Said(OpenApiSchema schema, string description) => Schemas.Described(Schemas.OrNull(schema), description);

    private static OpenApiSchema One(string name, IOpenApiSchema schema)
    {
        var node = Schemas.Optional((name, schema));
        node.Required = new HashSet<string> { name };
        return node;
    }

    private static OpenApiSchema NonEmpty(IOpenApiSchema items)
    {
        var list = Schemas.List(items);
        list.MinItems = 1;
        return list;
    }

    private static OpenApiSchema Names(Resource resource, IEnumerable<string> names, int? most, string custom = Schemas.CustomName)
    {
        var list = Schemas.List(Schemas.NameOf(resource, names, custom));
        list.MaxItems = most;
        return list;
    }

    private OpenApiSchema Expanded(Resource target, string name) =>
        new() { OneOf = [Record(target), new OpenApiSchema { Type = JsonSchemaType.Null }], Description = $"Only with expand={name}; null when it is deleted or not visible." };

    private OpenApiSchema Body(Resource resource, IEnumerable<Field> fields, bool required, JsonObject example, string description)
    {
        var members = fields.ToList();
        var body = Schemas.Optional([.. members.Select(f => (f.Name, Member(resource, f, f.ReadOnly ? f.Nullable : !f.IsRequired, f.ReadOnly, input: true)))]);
        if (required) AddDefaults(resource, body, members);
        if (required && members.Any(f => f is { IsRequired: true, ReadOnly: false })) body.Required = members.Where(f => f is { IsRequired: true, ReadOnly: false }).Select(f => f.Name).ToHashSet();
        (body.Description, body.Examples) = (description, [example]);
        return body;
    }

    /// <summary>Says what members become that a new record always has and a body may leave out.</summary>
    private static void AddDefaults(Resource resource, OpenApiSchema body, IEnumerable<Field> members)
    {
        var shape = BodyShape.Of(resource.Details);
        var blank = shape.Make(new Dictionary<string, object?>());
        foreach (var field in members.Where(f => f is { Nullable: false, IsRequired: false, ReadOnly: false }))
        {
            if (body.Properties![field.Name] is not OpenApiSchema schema) continue;
            schema.Default = shape.Get(blank, field.Name) switch
            {
                Enum choice => Choices.Text(choice),
                bool flag => flag,
                int number => number,
                _ => null,
            };
        }
    }

    private IOpenApiSchema Member(Resource resource, Field field, bool nullable, bool readOnly, bool input)
    {
        var schema = schemas.Of(field, types, input && !readOnly);
        var example = input || field.Example is null ? field.Example : examples.Answered(field, schema)?.ToJsonString();
        return Schemas.Described(nullable ? Schemas.OrNull(schema) : schema, descriptions.Of(resource, field), readOnly, example);
    }
}
