using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Crm.Scale;

/// <summary>An organization and its owner, signed in.</summary>
internal sealed class Tenant(Instance instance, Guid id, Guid ownerId, string token)
{
    private const string Password = "correct horse battery staple";

    public Guid Id { get; } = id;

    public Guid OwnerId { get; } = ownerId;

    /// <summary>Signs in the owner of the organization with this number, who is registered if there is none yet.</summary>
    public static async Task<Tenant> EnterAsync(Instance instance, int number)
    {
        var email = $"owner{number}@example.com";
        using var login = await instance.Http.PostAsJsonAsync("/api/v1/auth/login", new { email, password = Password });
        if (login.IsSuccessStatusCode) return Of(instance, await login.Content.ReadFromJsonAsync<JsonNode>());
        using var register = await instance.Http.PostAsJsonAsync("/api/v1/auth/register", new { organizationName = $"Organization {number}", fullName = "Ada Byron", email, password = Password });
        register.EnsureSuccessStatusCode();
        return Of(instance, await register.Content.ReadFromJsonAsync<JsonNode>());
    }

    /// <summary>Sends a request; the answer's body is read to its end.</summary>
    public async Task<byte[]> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await instance.Http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode ? bytes : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(bytes)}");
    }

    /// <summary>Makes a record; its id.</summary>
    public async Task<Guid> MadeAsync(string path, object body) => (Guid)JsonNode.Parse(await SendAsync(HttpMethod.Post, path, body))!["data"]!["id"]!;

    /// <summary>The same as JSON.</summary>
    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await SendAsync(HttpMethod.Get, path))!;

    private static Tenant Of(Instance instance, JsonNode? session) =>
        new(instance, (Guid)session!["data"]!["tenantId"]!, (Guid)session["data"]!["user"]!["id"]!, (string)session["data"]!["accessToken"]!);
}
