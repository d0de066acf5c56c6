using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

/// <summary>
/// Speaks the wire contract: envelope in, problem out, one idempotency key per write, and patience with a service
/// that is busy, restarting or limiting.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    private const int Attempts = 7;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient http;
    private readonly SemaphoreSlim signingIn = new(1, 1);

    // A key is a digest of the request, so that every retry carries the same one; the salt is new in each run. Without
    // it a second run within a day would be answered from the store of replays and would not look at the data at all.
    private readonly string run = Guid.NewGuid().ToString("N");

    internal ApiClient(Uri url)
    {
        // A proxy of the environment cannot reach a service on this machine.
        var handler = new SocketsHttpHandler { UseProxy = !url.IsLoopback };
        http = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(3) };
    }

    internal Uri Url => http.BaseAddress!;

    internal string? AccessToken { get; set; }

    internal string? TenantId { get; set; }

    /// <summary>Signs in again after the access token has expired; sets <see cref="AccessToken"/>.</summary>
    internal Func<Task>? SignIn { get; set; }

    /// <summary>The service's clock at its first answer, in whole seconds: what was changed later was changed by this run.</summary>
    internal DateTimeOffset? StartedAt { get; private set; }

    public void Dispose()
    {
        http.Dispose();
        signingIn.Dispose();
    }

    /// <summary>GETs a path below <c>/api/v1/</c> and returns the whole envelope.</summary>
    internal Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Reads all pages of a list.</summary>
    internal async Task<List<JsonElement>> ListAsync(string path)
    {
        List<JsonElement> all = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(
                $"{path}{(path.Contains('?') ? '&' : '?')}take=200{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}");
            all.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.TryGetProperty("meta", out var meta) ? meta.Text("nextCursor") : null;
        }

        return all;
    }

    /// <summary>Sends a request and returns the envelope; repeats it while the failure is one that passes.</summary>
    /// <exception cref="ApiException">The service refused the request, or could not be reached in all attempts.</exception>
    internal async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        var text = body?.ToJsonString(Json);
        var isAuth = path.StartsWith("auth/", StringComparison.Ordinal);
        var signedInAgain = false;
        for (var attempt = 1; ; attempt++)
        {
            var token = isAuth ? null : AccessToken;
            TimeSpan? wait;
            string reason;
            try
            {
                using var request = Request(method, path, text, token, withKey: !isAuth && method != HttpMethod.Get);
                using var answer = await http.SendAsync(request);
                StartedAt ??= answer.Headers.Date;
                var content = await answer.Content.ReadAsByteArrayAsync();
                if (answer.IsSuccessStatusCode) return content.Length == 0 ? default : Parse(content, method, path);
                var problem = ApiException.From(method, path, answer.StatusCode, content);
                if (answer.StatusCode == HttpStatusCode.Unauthorized && token is not null && !signedInAgain)
                {
                    signedInAgain = true;
                    await SignInAgainAsync(token, problem);
                    continue;
                }

                if (attempt == Attempts || !problem.Passes) throw problem;
                wait = After(answer.Headers.RetryAfter);
                reason = problem.Code;
            }
            // Auth requests carry no key (their answers are secrets), so a lost answer is not asked for again.
            catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException or IOException && !isAuth)
            {
                if (attempt == Attempts) throw new ApiException(method, path, 0, "UNREACHABLE", lost.Message);
                (wait, reason) = (null, lost.Message);
            }

            var pause = wait ?? TimeSpan.FromMilliseconds(250 * Math.Pow(2, attempt - 1));
            if (pause > LongestWait) pause = LongestWait;
            if (pause > TimeSpan.FromSeconds(2)) Out.Note($"{method} {path}: {reason}; waiting {pause.TotalSeconds:0} s");
            await Task.Delay(pause);
        }
    }

    /// <summary>Waits for a service that is starting.</summary>
    /// <exception cref="DemoException">Nothing listens at the address, or it does not become ready.</exception>
    internal async Task WaitUntilReadyAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync("health/ready");
                if (answer.IsSuccessStatusCode) return;
                if (attempt == 30)
                    throw new DemoException($"The service at {Url} is not ready (/health/ready answers {(int)answer.StatusCode}).", 2);
            }
            catch (HttpRequestException)
            {
                throw new DemoException($"No service answers at {Url}. Start it with ./run in another terminal, or name another with --url.", 2);
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string? body, string? token, bool withKey)
    {
        var request = new HttpRequestMessage(method, $"api/v1/{path}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (token is not null && TenantId is not null) request.Headers.Add("X-Tenant-Id", TenantId);
        if (withKey) request.Headers.Add("Idempotency-Key", Key(run, method.Method, path, body));
        return request;
    }

    private static string Key(params string?[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    // Several requests may learn of the expiry at once; the first signs in for all.
    private async Task SignInAgainAsync(string expired, ApiException problem)
    {
        await signingIn.WaitAsync();
        try
        {
            if (AccessToken != expired) return;
            await (SignIn ?? throw problem)();
        }
        finally
        {
            signingIn.Release();
        }
    }

    private static TimeSpan? After(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } at && at > DateTimeOffset.UtcNow ? at - DateTimeOffset.UtcNow : null);

    private static JsonElement Parse(byte[] content, HttpMethod method, string path)
    {
        try
        {
            return JsonElement.Parse(content);
        }
        catch (JsonException e)
        {
            throw new ApiException(method, path, 200, "MALFORMED_ANSWER", e.Message);
        }
    }
}

/// <summary>A request the service refused.</summary>
internal sealed class ApiException(HttpMethod method, string path, int status, string code, string detail)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{method} {path}: {status} {code}: {detail}"))
{
    internal string Code { get; } = code;

    /// <summary>Whether the same request may well succeed a little later.</summary>
    internal bool Passes => status is 429 or 502 or 503 or 504 || Code == "IDEMPOTENCY_IN_FLIGHT";

    internal static ApiException From(HttpMethod method, string path, HttpStatusCode status, byte[] content)
    {
        try
        {
            var problem = JsonElement.Parse(content);
            return new ApiException(method, path, (int)status, problem.Text("code") ?? "", Describe(problem));
        }
        catch (JsonException)
        {
            return new ApiException(method, path, (int)status, "", "(no problem document)");
        }
    }

    /// <summary>The detail of a problem with the members it names.</summary>
    internal static string Describe(JsonElement problem)
    {
        var text = problem.Text("detail") ?? problem.Text("title") ?? "";
        if (problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("errors", out var errors)
            && errors.ValueKind == JsonValueKind.Object)
            text += " " + string.Join("; ", errors.EnumerateObject().Select(e => $"{e.Name}: {e.Value}"));
        return text.Trim();
    }
}
