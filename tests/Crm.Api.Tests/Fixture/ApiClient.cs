using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>Speaks HTTP as one caller. Paths are below /api/v1 unless they name another root.</summary>
public class ApiClient(HttpClient http, string? token, string? apiKey = null, string? platformKey = null)
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web);

    public string? Token { get; } = token;

    public string? ApiKey { get; } = apiKey;

    internal HttpClient Http => http;

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    public Task<Reply> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync("POST", path, body, headers);

    public Task<Reply> PutAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync("PUT", path, body, headers);

    public Task<Reply> PatchAsync(string path, object? body, params (string Name, string Value)[] headers) => SendAsync("PATCH", path, body, headers);

    public Task<Reply> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync("DELETE", path, null, headers);

    /// <summary>Sends a body as it is.</summary>
    public Task<Reply> RawAsync(string method, string path, byte[] body, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(method, path, content, headers);
    }

    /// <summary>A new lead's id.</summary>
    public async Task<Guid> LeadAsync(string name = "Ada Byron", decimal? value = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["name"] = name;
        if (value is { } amount) body["value"] = new JsonObject { ["amount"] = amount, ["currency"] = "EUR" };
        var reply = await PostAsync("/leads", body);
        reply.ShouldBe(201);
        return reply.Id;
    }

    /// <summary>A new tenant and its owner.</summary>
    public async Task<TenantClient> RegisterAsync()
    {
        var tag = Guid.NewGuid().ToString("N")[..10];
        var (email, password) = ($"owner-{tag}@example.com", $"Str0ng-pass-{tag}");
        var reply = await PostAsync("/auth/register", new { organizationName = $"Org {tag}", fullName = "Olga Owner", email, password });
        return new TenantClient(this, reply.ShouldBe(201), email, password);
    }

    /// <summary>The same service as another caller.</summary>
    public ApiClient As(string? otherToken) => new(http, otherToken);

    /// <summary>The same service as a program with this key.</summary>
    public ApiClient WithKey(string key) => new(http, null, key);

    /// <summary>The same service as whoever runs it.</summary>
    public ApiClient AsPlatform(string key = CrmApi.PlatformKey) => new(http, null, null, key);

    /// <summary>The session an access token belongs to.</summary>
    public static Guid SessionOf(string accessToken) => (Guid)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(accessToken.Split('.')[1]))!["sid"]!;

    /// <summary>The log, once it shows that many events: it does when every older write transaction, of whatever test, has ended.</summary>
    public async Task<Reply> EventsAsync(string query, int atLeast = 1)
    {
        var until = DateTime.UtcNow.AddMinutes(3);
        while (true)
        {
            var reply = (await GetAsync($"/events?{query}")).ShouldBe(200);
            if (reply.Items.Count >= atLeast || DateTime.UtcNow > until) return reply;
        }
    }

    public async Task<Reply> SendAsync(string method, string path, object? body, params (string Name, string Value)[] headers)
    {
        var root = path == "/" || path.StartsWith("/health", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal) || path.StartsWith("/docs", StringComparison.Ordinal) || path.StartsWith("/metrics", StringComparison.Ordinal) || path.StartsWith("/api/", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), root ? path : "/api/v1" + path);
        if (ApiKey is not null) request.Headers.Add("X-Api-Key", ApiKey);
        if (platformKey is not null) request.Headers.Add("X-Platform-Key", platformKey);
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            JsonNode node => new StringContent(node.ToJsonString(), Encoding.UTF8, "application/json"),
            _ => new StringContent(JsonSerializer.Serialize(body, Wire), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return await Reply.OfAsync(response, $"{method} {path}");
    }
}

/// <summary>A tenant's owner.</summary>
public sealed class TenantClient : ApiClient
{
    private readonly ApiClient _anonymous;

    public TenantClient(ApiClient anonymous, Reply registered, string email, string password) : base(HttpOf(anonymous), (string)registered.Data["accessToken"]!)
    {
        _anonymous = anonymous;
        (Email, Password) = (email, password);
        Id = (Guid)registered.Data["tenantId"]!;
        EndsWhatItBeganAttribute.Remember(Id);
        UserId = (Guid)registered.Data["user"]!["id"]!;
        RefreshToken = (string)registered.Data["refreshToken"]!;
    }

    public Guid Id { get; }
    public Guid UserId { get; }
    public string Email { get; }
    public string Password { get; }
    public string RefreshToken { get; }

    /// <summary>The session that registering began.</summary>
    public Guid SessionId => SessionOf(Token!);

    /// <summary>Adds a member and signs in as it.</summary>
    public async Task<(ApiClient Client, Guid UserId)> MemberAsync(string role = "USER", Guid? teamId = null, object? permissions = null)
    {
        var tag = Guid.NewGuid().ToString("N")[..10];
        var (email, password) = ($"member-{tag}@example.com", $"Str0ng-pass-{tag}");
        var added = await PostAsync("/team/members", new { fullName = $"Member {tag}", email, password, role, teamId, permissions });
        added.ShouldBe(201);
        var login = await _anonymous.PostAsync("/auth/login", new { email, password });
        login.ShouldBe(200);
        return (_anonymous.As((string)login.Data["accessToken"]!), added.Id);
    }

    private static HttpClient HttpOf(ApiClient client) => client.Http;
}
