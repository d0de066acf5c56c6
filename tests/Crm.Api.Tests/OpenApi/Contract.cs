using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.OpenApi;

/// <summary>The document the service serves, as tests read it.</summary>
internal sealed class Contract
{
    private Contract(JsonNode json)
    {
        (Json, Schemas) = (json, new SchemaValidator(json));
        Operations = [.. from path in json["paths"]!.AsObject() from operation in path.Value!.AsObject() select new Operation(this, operation.Key.ToUpperInvariant(), path.Key, operation.Value!)];
    }

    public JsonNode Json { get; }

    public SchemaValidator Schemas { get; }

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>The operation a request is one of; paths without parameters come first.</summary>
    public Operation? Find(string method, string path) => Operations.Where(o => o.Method == method && o.Fits(path)).MinBy(o => o.Path.Count(c => c == '{'));

    public static Task<Contract> OfAsync(CrmApi api) => OfAsync(api.Anonymous);

    public static async Task<Contract> OfAsync(ApiClient anonymous) => new((await anonymous.GetAsync("/openapi/v1.json")).ShouldBe(200).Json);
}

/// <summary>One operation of the document.</summary>
internal sealed class Operation(Contract contract, string method, string path, JsonNode json)
{
    public string Method { get; } = method;

    public string Path { get; } = path;

    public string Id { get; } = (string)json["operationId"]!;

    public JsonNode Json { get; } = json;

    public bool IsPublic { get; } = json["security"]!.AsArray().Count == 0;

    /// <summary>True when the platform's key opens it, and no tenant's credentials do.</summary>
    public bool IsPlatform { get; } = json["security"]!.AsArray().Any(s => s!["platformKey"] is not null);

    /// <summary>Who may call it: the tenant, or whoever runs the service.</summary>
    public ApiClient By(ApiClient tenant) => IsPlatform ? tenant.AsPlatform() : tenant;

    /// <summary>True when it turns the connection into a WebSocket.</summary>
    public bool IsSocket { get; } = json["responses"]!["101"] is not null;

    public IReadOnlyList<JsonNode> Parameters { get; } = [.. (json["parameters"]?.AsArray() ?? []).Select(p => contract.Schemas.Resolve(p!))];

    public JsonNode? Body { get; } = json["requestBody"]?["content"]?.AsObject().First().Value;

    /// <summary>The media type of its body, with what a body of that type needs besides.</summary>
    public string MediaType => IsForm ? "multipart/form-data; boundary=example" : RawType ?? "application/json";

    /// <summary>How many bytes its body may have, all in all.</summary>
    public int BodyLimit => RawType is not null ? (int)contract.Schemas.Resolve(Body!["schema"]!)["maxLength"]! : IsForm ? (int)contract.Schemas.Resolve(Body!["schema"]!)["properties"]!["file"]!["maxLength"]! + (1 << 20) : Path.EndsWith("/batch", StringComparison.Ordinal) ? 16 << 20 : 1 << 20;

    private bool IsForm => Json["requestBody"]?["content"]?["multipart/form-data"] is not null;

    /// <summary>True when its body is read as JSON.</summary>
    public bool TakesJson => Body is not null && MediaType == "application/json" && RawType is null;

    /// <summary>The type of a body that is sent as it is; null for JSON and forms. Whatever is a text to JSON Schema is taken so, even when the text is JSON.</summary>
    private string? RawType => Json["requestBody"]?["content"]?.AsObject().Where(c => (string?)c.Value!["schema"]?["type"]?.ToString() == "string").Select(c => c.Key).FirstOrDefault();

    /// <summary>A body as the operation takes it: JSON, a form in which lists come as several parts, or a text as it is.</summary>
    public object? Encode(JsonNode? body)
    {
        if (body is not null && RawType is { } raw) return new StringContent((string)body!, System.Text.Encoding.UTF8, raw);
        if (body is null || !IsForm) return body?.DeepClone();
        var (form, members) = (new MultipartFormDataContent(), contract.Schemas.Resolve(Body!["schema"]!)["properties"]!);
        foreach (var (name, value) in body.AsObject())
            foreach (var part in value is JsonArray items ? items : (IEnumerable<JsonNode?>)[value])
                if ((string?)members[name]?["format"] == "binary") form.Add(new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes((string)part!)), name, "example.txt");
                else form.Add(new StringContent(part is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : part!.ToJsonString()), name);
        return form;
    }

    /// <summary>The group it is shown in.</summary>
    public string Group { get; } = (string)json["tags"]![0]!;

    /// <summary>The body's example.</summary>
    public JsonNode? Example => Body is null ? null : Body["example"] ?? contract.Schemas.Resolve(Body["schema"]!)["examples"]?[0];

    /// <summary>True when the path, its query aside, is one of this operation.</summary>
    public bool Fits(string path) => path.Split('?')[0].Split('/') is var parts && Path.Split('/') is var own && parts.Length == own.Length
        && parts.Zip(own).All(p => p.Second.StartsWith('{') || p.First == p.Second);

    public IEnumerable<string> Statuses => Json["responses"]!.AsObject().Select(r => r.Key);

    /// <summary>The id its example record has, for operations that create one.</summary>
    public string? Creates => (string?)(Json["responses"]!["201"]?["content"]?["application/json"]?["example"]?["data"] as JsonObject)?["id"];

    /// <summary>What is wrong with an answer: its status, media type, headers and body, against the document.</summary>
    public IEnumerable<string> Check(Reply reply)
    {
        var name = $"{Id}: {reply.Request} -> {reply.Status}";
        if (Json["responses"]![reply.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is not { } described)
            return [$"{name} is not described: {reply.Text}"];
        var response = contract.Schemas.Resolve(described);
        if (response["content"] is not JsonObject content)
            return reply.Body.Length == 0 ? [] : [$"{name} has a body that is not described"];
        var (type, media) = content.First();
        var errors = new List<string>();
        if (type == "*/*") errors.AddRange(reply.Header("Content-Type") == "" || reply.Body.Length == 0 ? [$"{name} has no content"] : Array.Empty<string>());
        else if (!reply.Header("Content-Type").StartsWith(type, StringComparison.Ordinal)) errors.Add($"{name} is {reply.Header("Content-Type")}, not {type}");
        else if (type == "text/event-stream") errors.AddRange(reply.Text.StartsWith("retry: ", StringComparison.Ordinal) ? Array.Empty<string>() : [$"{name} does not begin like a stream"]);
        else if (type == "text/html") errors.AddRange(reply.Text.StartsWith("<!doctype html>", StringComparison.Ordinal) ? Array.Empty<string>() : [$"{name} is no page"]);
        else errors.AddRange(contract.Schemas.Check(media!["schema"], reply.Json).Select(e => $"{name}: {e}"));
        if (reply.Status is 200 or 201) errors.AddRange((response["headers"]?.AsObject() ?? []).Where(h => h.Key != "Idempotent-Replayed" && reply.Header(h.Key) == "").Select(h => $"{name} lacks {h.Key}"));
        return errors;
    }
}
