using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>An answer, with what tests ask of it.</summary>
public sealed record Reply(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, string Request)
{
    private JsonNode? _json;

    /// <summary>The answer, read to its end; of one that has none, a stream of events, its beginning.</summary>
    public static async Task<Reply> OfAsync(HttpResponseMessage response, string request)
    {
        var ct = TestContext.Current.CancellationToken;
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        return new Reply((int)response.StatusCode, headers, isStream ? await BeginningAsync(response, ct) : await response.Content.ReadAsByteArrayAsync(ct), request);
    }

    private static async Task<byte[]> BeginningAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[4_096];
        return buffer[..await body.ReadAsync(buffer, ct)];
    }

    public JsonNode Json => _json ??= JsonNode.Parse(Body)!;

    public JsonNode Data => Json["data"]!;

    public JsonArray Items => Json["data"]!.AsArray();

    public JsonNode Meta => Json["meta"]!;

    public Guid Id => (Guid)Data["id"]!;

    public string? Code => (string?)Json["code"];

    public JsonObject Errors => Json["errors"]?.AsObject() ?? [];

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>A text member of the record.</summary>
    public string? Of(string member) => (string?)Data[member];

    /// <summary>An id the record refers to.</summary>
    public Guid? IdOf(string member) => (Guid?)Data[member];

    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";

    /// <summary>Asserts the status; the message shows the whole answer.</summary>
    public Reply ShouldBe(int status)
    {
        Status.ShouldBe(status, $"{Request}: {Text}");
        return this;
    }

    /// <summary>Asserts a problem with this status and code.</summary>
    public Reply ShouldFail(int status, string code)
    {
        ShouldBe(status);
        Header("Content-Type").ShouldContain("application/problem+json");
        Code.ShouldBe(code, Text);
        ((string?)Json["type"]).ShouldBe($"/docs/errors/{code}");
        Json["success"]!.GetValue<bool>().ShouldBeFalse();
        Json["traceId"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        return this;
    }

    /// <summary>The names in a list, in order.</summary>
    public IReadOnlyList<string?> Names(string member = "name") => [.. Items.Select(i => (string?)i![member])];

    public override string ToString() => $"{Request} -> {Status} {(Body.Length > 0 && Body[0] == '{' ? JsonSerializer.Serialize(Json) : Text)}";
}
