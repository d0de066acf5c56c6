using System.Text;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.OpenApi;

namespace Crm.Api.Tests.Security;

/// <summary>One request made of an operation's own example and a few things done to it.</summary>
internal sealed record FuzzedRequest(Operation? Operation, string Method, string Target, byte[]? Body, string ContentType, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Enough to send it again by hand.</summary>
    public override string ToString() =>
        $"{Method} {Cut(Target)} [{string.Join("; ", Headers.Select(h => $"{h.Name}: {Cut(h.Value)}"))}] {ContentType} {(Body is null ? "" : Cut(Encoding.UTF8.GetString(Body)))}";

    private static string Cut(string text) => text.Length <= 400 ? text : text[..400] + $"… ({text.Length})";
}

/// <summary>
/// Makes requests from the OpenAPI document by a seeded chance: it begins with an example that is known to succeed, so that most mutations get
/// past the first check, and then breaks one to three things about it.
/// </summary>
internal sealed class Fuzzer(OpenApi.Contract contract, Random random)
{
    private const string Mark = "@hostile@";
    private readonly Dictionary<string, (string Path, JsonNode? Body)> _examples = [];
    private Scene? _scene;

    /// <summary>From here on in this tenant.</summary>
    public void Enter(TenantClient tenant)
    {
        _scene = new Scene(contract, tenant);
        _examples.Clear();
    }

    public async Task<FuzzedRequest> NextAsync()
    {
        var operation = Of(contract.Operations);
        var (path, body) = await ExampleAsync(operation);
        var draft = new Draft(operation.Method, path, body?.DeepClone(), operation);
        for (var changes = random.Next(1, 4); changes > 0; changes--) Change(draft);
        return draft.Done(random);
    }

    /// <summary>The record of the operation's example is gone: another is made the next time.</summary>
    public void Forget(FuzzedRequest request)
    {
        if (request.Operation is { } operation) _examples.Remove(operation.Id);
    }

    private async Task<(string Path, JsonNode? Body)> ExampleAsync(Operation operation)
    {
        if (!_examples.TryGetValue(operation.Id, out var example)) _examples[operation.Id] = example = (await _scene!.PathAsync(operation), await _scene.BodyAsync(operation));
        return example;
    }

    private void Change(Draft draft)
    {
        switch (random.Next(12))
        {
            case 0 or 1 or 2 or 3 when draft.Body is not null: ChangeBody(draft); break;
            case 4 when draft.Body is not null: draft.Damage = random.Next(7); break;
            case 5: draft.Headers.Add(Of(HostileValues.Headers)); break;
            case 6 when draft.Body is not null: draft.ContentType = Of(HostileValues.ContentTypes); break;
            case 7: ChangePath(draft); break;
            case 8 when random.Next(4) == 0: draft.Method = Of(HostileValues.Methods); break;
            default: AddQuery(draft); break;
        }
    }

    private void ChangeBody(Draft draft)
    {
        var nodes = Members(draft.Body!).ToList();
        if (nodes.Count == 0 || random.Next(10) == 0)
        {
            if (draft.Body is JsonObject root) root[Of(["tenantId", "id", "version", "deletedAt", "isAdmin", "x", "", "__proto__", "customFields", "tags"])] = Hostile(draft);
            return;
        }
        var (parent, key) = Of(nodes);
        if (random.Next(6) == 0 && parent is JsonObject members) members.Remove((string)key);
        else if (parent is JsonObject named) named[(string)key] = Hostile(draft);
        else parent[(int)key] = Hostile(draft);
    }

    /// <summary>A text in the tree that is replaced by the raw JSON once the tree is written.</summary>
    private JsonNode Hostile(Draft draft)
    {
        draft.Raw.Add(Of(HostileValues.Json));
        return JsonValue.Create($"{Mark}{draft.Raw.Count - 1}");
    }

    private void ChangePath(Draft draft)
    {
        var segments = draft.Path.Split('/');
        var ids = Enumerable.Range(0, segments.Length).Where(i => Guid.TryParse(segments[i], out _)).ToList();
        if (ids.Count == 0) return;
        segments[Of(ids)] = Of([Guid.NewGuid().ToString(), Guid.Empty.ToString(), "x", "%00", "%2e%2e", "..%2f..", "%F0%9F%98%80", "%C3%28", new string('a', 2_000), "*", "null", "1"]);
        draft.Path = string.Join('/', segments);
        draft.HasOwnId = false;
    }

    private void AddQuery(Draft draft)
    {
        var known = draft.Operation.Parameters.Where(p => (string)p["in"]! == "query").ToList();
        var name = known.Count == 0 || random.Next(8) == 0 ? Of(["colour", "sort", "take", "name[gte]", "name[", "[", "search", "count", "asOf", "fields", "customFields.x", "a.b.c[eq]", "tenant_id"]) : (string)Of(known)["name"]!;
        if (random.Next(6) == 0) name = name.Split('[')[0] + "[" + Of(["eq", "ne", "lt", "gte", "in", "nin", "contains", "startsWith", "null", "between", "EQ", "x"]) + "]";
        var valid = known.FirstOrDefault(p => (string)p["name"]! == name);
        var value = valid is not null && random.Next(2) == 0 ? Scene.Value(valid["schema"]!) : Of(HostileValues.Query);
        draft.Query.Add(Uri.EscapeDataString(name) + (random.Next(20) == 0 ? "" : "=" + Uri.EscapeDataString(value)));
    }

    private T Of<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private static IEnumerable<(JsonNode Parent, object Key)> Members(JsonNode node)
    {
        if (node is JsonObject members)
            foreach (var (key, value) in members.ToList())
            {
                yield return (node, key);
                if (value is not null) foreach (var inner in Members(value)) yield return inner;
            }
        else if (node is JsonArray items)
            for (var i = 0; i < items.Count; i++)
            {
                yield return (node, i);
                if (items[i] is { } value) foreach (var inner in Members(value)) yield return inner;
            }
    }

    private sealed class Draft(string method, string path, JsonNode? body, Operation operation)
    {
        public string Method { get; set; } = method;
        public string Path { get; set; } = path;
        public JsonNode? Body { get; } = body;
        public Operation Operation { get; } = operation;
        public bool HasOwnId { get; set; } = true;
        public string ContentType { get; set; } = "application/json";
        public int? Damage { get; set; }
        public List<string> Raw { get; } = [];
        public List<string> Query { get; } = [];
        public List<(string, string)> Headers { get; } = [];

        public FuzzedRequest Done(Random random)
        {
            var bytes = Body is null ? null : Encoding.UTF8.GetBytes(Text(random));
            if (bytes is not null && Damage == 6) bytes[random.Next(bytes.Length)] = 0xFF;
            return new FuzzedRequest(Method == Operation.Method ? Operation : null, Method, Path + (Query.Count == 0 ? "" : "?" + string.Join('&', Query)), bytes, ContentType, Headers);
        }

        private string Text(Random random)
        {
            var text = Body!.ToJsonString();
            for (var i = 0; i < Raw.Count; i++) text = text.Replace($"\"{Mark}{i}\"", Raw[i], StringComparison.Ordinal);
            return Damage switch
            {
                0 => text[..random.Next(text.Length)],
                1 => text + "}",
                2 => "[" + text + "]",
                3 => "",
                4 => "\ufeff" + text,
                5 => text.Replace("{", "{\"a\":1,\"a\":1,", StringComparison.Ordinal),
                _ => text,
            };
        }
    }
}
