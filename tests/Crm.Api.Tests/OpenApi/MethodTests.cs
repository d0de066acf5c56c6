using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.OpenApi;

/// <summary>HEAD, OPTIONS and 405 on every path of the document.</summary>
public sealed class MethodTests(CrmApi api)
{
    private static readonly HashSet<string> Moving = new(["Date", "X-Request-Id", "RateLimit-Remaining", "RateLimit-Reset", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);
    private static readonly string[] Words = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "FOO"];

    /// <summary>What is no part of the API proper.</summary>
    public static TheoryData<string> OtherReads => ["/health", "/health/live", "/health/ready", "/metrics", "/openapi/v1.json", "/docs/index.html"];

    [Fact]
    public async Task Every_GET_has_a_HEAD_with_the_same_answer_but_no_body()
    {
        var contract = await Contract.OfAsync(api);
        var tenant = await api.TenantAsync();
        var scene = new Scene(contract, tenant);
        var wrong = new List<string>();
        foreach (var operation in contract.Operations.Where(o => o.Method == "GET"))
        {
            var path = await scene.PathAsync(operation) + Scene.Required(operation);
            wrong.AddRange(await DifferencesAsync(tenant, path));
            wrong.AddRange(await DifferencesAsync(tenant, path, ("Accept-Encoding", "gzip")));
            wrong.AddRange(await DifferencesAsync(tenant, path, ("Accept", "text/csv")));
            if (!operation.IsPublic) wrong.AddRange(await DifferencesAsync(api.Anonymous, path));
            if ((await tenant.GetAsync(path)).Header("ETag") is { Length: > 0 } tag) wrong.AddRange(await DifferencesAsync(tenant, path, ("If-None-Match", tag)));
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(OtherReads))]
    public async Task What_is_beside_the_API_has_HEAD_and_OPTIONS_too(string path)
    {
        (await DifferencesAsync(api.Anonymous, path)).ShouldBeEmpty();
        (await api.Anonymous.SendAsync("OPTIONS", path, null)).ShouldBe(204).Header("Allow").ShouldBe("GET, HEAD, OPTIONS");
        (await api.Anonymous.PostAsync(path)).ShouldFail(405, "METHOD_NOT_ALLOWED").Header("Allow").ShouldBe("GET, HEAD, OPTIONS");
    }

    [Fact]
    public async Task Every_path_tells_its_methods_and_refuses_all_others()
    {
        var contract = await Contract.OfAsync(api);
        var tenant = await api.TenantAsync();
        var wrong = new List<string>();
        foreach (var operations in contract.Operations.GroupBy(o => o.Path))
        {
            var path = string.Join('/', operations.Key.Split('/').Select(part => part.StartsWith('{') ? Guid.NewGuid().ToString() : part));
            var methods = operations.Select(o => o.Method).Append("OPTIONS").Concat(operations.Any(o => o.Method == "GET") ? ["HEAD"] : []).ToList();
            var allow = string.Join(", ", methods.Order(StringComparer.Ordinal));
            var options = await api.Anonymous.SendAsync("OPTIONS", path, null);
            if (options.Status != 204 || options.Header("Allow") != allow || options.Body.Length > 0) wrong.Add($"OPTIONS {path} -> {options.Status} {options.Header("Allow")}, not {allow}");
            foreach (var method in Words.Except(methods))
            {
                var refused = await tenant.SendAsync(method, path, null);
                if (refused.Status != 405 || refused.Header("Allow") != allow) wrong.Add($"{refused.Request} -> {refused.Status} {refused.Header("Allow")}, not {allow}");
                if (method != "HEAD" && refused.Code != "METHOD_NOT_ALLOWED") wrong.Add($"{refused.Request}: {refused.Text}");
                var stranger = await api.Anonymous.SendAsync(method, path, null);
                if (stranger.Status != (operations.All(o => o.IsPublic) ? 405 : 401)) wrong.Add($"{stranger.Request} without a token -> {stranger.Status}");
            }
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public async Task Where_nothing_is_OPTIONS_is_refused_like_everything_else()
    {
        (await api.Anonymous.SendAsync("OPTIONS", "/nowhere", null)).ShouldFail(401, "UNAUTHENTICATED");
        (await (await api.TenantAsync()).SendAsync("OPTIONS", "/nowhere", null)).ShouldFail(404, "NOT_FOUND");
        (await api.Anonymous.SendAsync("OPTIONS", "/docs-nowhere", null)).Status.ShouldBe(404);
    }

    /// <summary>Where HEAD differs from GET. What counts on meanwhile (a position of the log, a duration) may differ for once, not always.</summary>
    // The figures of /metrics move, and their length with them.
    private static async Task<IReadOnlyList<string>> DifferencesAsync(ApiClient client, string path, params (string Name, string Value)[] headers)
    {
        var differences = new List<string>();
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (get, head) = (await client.GetAsync(path, headers), await client.SendAsync("HEAD", path, null, headers));
            differences = [.. get.Headers.Keys.Union(head.Headers.Keys).Where(h => !Moving.Contains(h) && !(h == "Content-Length" && (path == "/metrics" || get.Headers.ContainsKey("Transfer-Encoding"))) && get.Header(h) != head.Header(h))
                .Select(h => $"{path} ({string.Join(' ', headers)}): HEAD has {h} '{head.Header(h)}', GET '{get.Header(h)}'")];
            if (head.Status != get.Status) differences.Add($"{path}: HEAD is {head.Status}, GET {get.Status}");
            if (head.Body.Length > 0) differences.Add($"{path}: HEAD has a body");
            if (differences.Count == 0) break;
        }
        return differences;
    }
}
