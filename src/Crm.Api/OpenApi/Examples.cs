using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>
/// Examples that fit together: a record has the same id wherever it is named, and a request's example is one the service takes.
/// </summary>
internal sealed class Examples(ResourceCatalog resources, Schemas schemas)
{
    /// <summary>The content of the example file: its size and checksum are the ones shown.</summary>
    public const string Event = """{"id": "evt_1PgafyB7WZ01zgkW", "object": "event", "type": "checkout.session.completed", "data": {"object": {"id": "cs_test_a1", "object": "checkout.session", "metadata": {}}}}""";

    public const string Message = "From: Ada Byron <ada.byron@example.com>\r\nTo: sales@example.org\r\nSubject: An offer, please\r\nMessage-ID: <4711@example.com>\r\n\r\nWhat does the engine cost?\r\n";
    public const string Content = "The offer, as signed by both of us.\n";

    private const string Instant = "2026-03-01T09:30:00Z";

    private static readonly Dictionary<string, string> ByName = new(StringComparer.Ordinal)
    {
        ["accessToken"] = "\"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl\"",
        ["refreshToken"] = "\"cmVmcmVzaC10b2tlbi1vZi00OC1yYW5kb20tYnl0ZXM\"",
        ["token"] = "\"b25lLXRpbWUtdG9rZW4\"",
        ["tokenType"] = "\"Bearer\"",
        ["mfaToken"] = "\"bWZhLXRva2VuLW9mLTgxLWJ5dGVz\"",
        ["password"] = "\"correct-Horse-7-battery\"",
        ["currentPassword"] = "\"correct-Horse-7-battery\"",
        ["newPassword"] = "\"another-Horse-8-battery\"",
        ["organizationName"] = "\"Analytical Ltd\"",
        ["fullName"] = "\"Ada Byron\"",
        ["name"] = "\"Analytical Ltd\"",
        ["email"] = "\"ada.byron@example.com\"",
        ["language"] = "\"en\"",
        ["timeZone"] = "\"Europe/Sofia\"",
        ["currency"] = "\"EUR\"",
        ["dealTitle"] = "\"Difference engine\"",
        ["position"] = "\"1.7340.0\"",
        ["aggregateType"] = "\"lead\"",
        ["types"] = "\"lead.created\"",
        ["field"] = "\"status\"",
        ["events"] = "\"lead.updated\"",
        ["type"] = "\"USER\"",
        ["correlationId"] = "\"01a1faa7df22722f8013f18353ca6f06\"",
        ["expiresIn"] = "3600",
        ["requestId"] = "\"01a1faa7df22722f8013f18353ca6f06\"",
    };

    /// <summary>What only answers have.</summary>
    private static readonly Dictionary<string, string> Answers = new(StringComparer.Ordinal)
    {
        ["action"] = "\"lead.created\"",
        ["after"] = "\"CONTACTED\"",
        ["before"] = "\"NEW\"",
        ["causationId"] = "\"01a1faa7df22722f8013f18353ca6f06\"",
        ["data"] = """{"source": "REFERRAL"}""",
        ["defaultSort"] = "\"-createdAt\"",
        ["description"] = "\"What it may be worth.\"",
        ["detail"] = """{"source": "REFERRAL"}""",
        ["eventType"] = "\"customer.created\"",
        ["example"] = "\"NEW\"",
        ["expand"] = "\"owner\"",
        ["key"] = "\"PROPOSAL\"",
        ["label"] = "\"Proposal\"",
        ["lastError"] = "\"SmtpException: the server did not answer\"",
        ["nextActions"] = "\"Follow up on proposal\"",
        ["operators"] = "\"eq\"",
        ["otpauthUri"] = "\"otpauth://totp/Crm:ada.byron%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Crm&algorithm=SHA1&digits=6&period=30\"",
        ["path"] = "\"/api/v1/leads\"",
        ["recommendedActions"] = "\"Create sales opportunity\"",
        ["recoveryCodes"] = "\"k3x9-7bqf-m2ht-w5ra\"",
        ["refersTo"] = "\"team/members\"",
        ["resource"] = "\"leads\"",
        ["secret"] = "\"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"",
        ["singular"] = "\"lead\"",
        ["sink"] = "\"welcome-email\"",
        ["sourceAddress"] = "\"203.0.113.7\"",
        ["stage"] = "\"Proposal\"",
        ["title"] = "\"Call back\"",
        ["values"] = "\"NEW\"",
    };

    /// <summary>The example of everything with this name, if there is one.</summary>
    public static JsonNode? Known(string name) => ByName.TryGetValue(name, out var text) ? Json(text) : null;

    /// <summary>Reads JSON written in the code.</summary>
    public static JsonNode Json(string text) => JsonNode.Parse(text)!;

    /// <summary>The id every example of the document gives to the example record of this kind; a version 7 UUID like real ones.</summary>
    public static Guid Id(string kind)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(kind))[..16];
        Convert.FromHexString("019CA8D27C1F").CopyTo(bytes, 0);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>A record as answers show it.</summary>
    public JsonObject Record(Resource resource, OpenApiSchema schema)
    {
        var record = new JsonObject();
        foreach (var field in resource.Fields) record[field.Name] = field.Name == "id" ? Id(resource.Name).ToString() : Answered(field, schema.Properties![field.Name]);
        return record;
    }

    /// <summary>A member as answers show it: embedded items have all their members, a member without an example and without need has none.</summary>
    public JsonNode? Answered(Field field, IOpenApiSchema schema) => field switch
    {
        { Kind: FieldKind.Embedded, Example: { } text } when Json(text) is JsonArray items && schema.Items is { } item => new JsonArray([.. items.Select(i => Completed(i!.AsObject(), item))]),
        { Nullable: true, Example: null, RefersTo: null } => null,
        _ => Value(field),
    };

    private JsonNode Completed(JsonObject given, IOpenApiSchema schema)
    {
        var whole = Of(schema)!.AsObject();
        foreach (var (name, value) in given) whole[name] = value?.DeepClone();
        return whole;
    }

    /// <summary>What a new record is made of: members with an example of their own, and what is required.</summary>
    public JsonObject Creation(Resource resource) => Of(resource.Fields.Where(f => !f.ReadOnly && f.Kind is not FieldKind.CustomFields && f.Name is not ("tags" or "externalId")
        && (f.IsRequired || (f.Example is not null && f.RefersTo is null) || (resource.AttachedTo is [var first, ..] && first.Link == f))));

    /// <summary>A small change.</summary>
    public JsonObject Change(Resource resource) => Of(resource.Fields.Where(f => !f.ReadOnly && f.Example is not null && f.RefersTo is null
        && f is { Kind: FieldKind.Text, Words.Count: 0 } && f.Name != "externalId").Take(1));

    /// <summary>The body of any other use case: what it requires, and what has an example.</summary>
    public JsonObject Body(BodyShape shape)
    {
        var body = new JsonObject();
        foreach (var field in shape.Fields.Where(f => !f.ReadOnly && (f.IsRequired || f.Example is not null || (ByName.ContainsKey(f.Name) && f.Kind == FieldKind.Text)))) body[field.Name] = Value(field);
        return body;
    }

    /// <summary>A value that fits a schema: how typed results are shown.</summary>
    public JsonNode? Of(IOpenApiSchema schema, string name = "", int depth = 0)
    {
        schema = schemas.Resolve(schema);
        if (schema.Examples is [{ } given, ..]) return given.DeepClone();
        if (depth > 6 || schema.Type == JsonSchemaType.Null) return null;
        if (schema.OneOf is [{ } first, ..]) return Of(first, name, depth + 1);
        if (schema.Enum is [{ } value, ..]) return value.DeepClone();
        var type = (schema.Type ?? JsonSchemaType.String) & ~JsonSchemaType.Null;
        if (type == JsonSchemaType.String && schema.Format is null && (ByName.TryGetValue(name, out var known) || Answers.TryGetValue(name, out known))) return Json(known);
        return type switch
        {
            JsonSchemaType.Object when schema.Properties is { Count: > 0 } members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Of(m.Value, m.Key, depth + 1)))),
            JsonSchemaType.Object => new JsonObject(),
            JsonSchemaType.Array => schema.Items is { } items ? new JsonArray(Of(items, name, depth + 1)) : [],
            JsonSchemaType.Integer => name == "expiresIn" ? 3600 : 1,
            JsonSchemaType.Number => 0.5,
            JsonSchemaType.Boolean => true,
            _ => schema.Format switch
            {
                "uuid" => Id(Kind(name)).ToString(),
                "date-time" => Instant,
                "date" => "2026-03-31",
                "email" => "ada.byron@example.com",
                _ => name.Length == 0 ? "text" : name,
            },
        };
    }

    private JsonObject Of(IEnumerable<Field> fields) => new(fields.Select(f => KeyValuePair.Create(f.Name, Value(f))));

    private JsonNode? Value(Field field) => field switch
    {
        { Example: { } example } => Json(example),
        { Words: [var word, ..] } => word,
        { RefersTo: not null, Nullable: true, ReadOnly: true, Name: not ("createdBy" or "updatedBy") } => null,
        { RefersTo: { } other } => Id(other).ToString(),
        { Kind: FieldKind.Text } when ByName.TryGetValue(field.Name, out var known) => Json(known),
        { Kind: FieldKind.Id } => Id(Kind(field.Name)).ToString(),
        { Kind: FieldKind.Choice } => Choices.Names(field.EnumType!)[0],
        { Kind: FieldKind.Integer } => 1,
        { Kind: FieldKind.Decimal } => 0.5,
        { Kind: FieldKind.Boolean } => true,
        { Kind: FieldKind.Date } => "2026-03-31",
        { Kind: FieldKind.Instant } => Instant,
        { Kind: FieldKind.Email } => "ada.byron@example.com",
        { Kind: FieldKind.Money } => Json("""{"amount": 1250.00, "currency": "EUR"}"""),
        { Kind: FieldKind.Tags or FieldKind.Emails or FieldKind.Phones or FieldKind.Embedded } => new JsonArray(),
        { Kind: FieldKind.Map or FieldKind.CustomFields or FieldKind.Object or FieldKind.Json } => new JsonObject(),
        { Kind: FieldKind.Words or FieldKind.Ids } => new JsonArray(),
        { Nullable: true } => null,
        _ => field.Name,
    };

    /// <summary>leadId names a lead; userId and the like name a member.</summary>
    private string Kind(string name)
    {
        if (!name.EndsWith("Id", StringComparison.Ordinal)) return name;
        return resources.All.FirstOrDefault(r => r.Singular.Equals(name[..^2], StringComparison.OrdinalIgnoreCase))?.Name ?? name switch
        {
            "userId" or "actorId" or "assigneeId" or "ownerId" or "managerId" => "team/members",
            _ => name,
        };
    }
}
