using System.Net.Http.Headers;
using System.Net.Http.Json;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Outbound;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Notifications;

/// <summary>Where text messages are handed to, and the token that goes with them.</summary>
internal sealed record SmsSettings(Uri Url, string? Token, TimeSpan Timeout)
{
    /// <summary>The settings, or null when no provider is configured (<c>Sms:Url</c>).</summary>
    /// <exception cref="StartupException">The address is none.</exception>
    public static SmsSettings? Read(IConfiguration configuration)
    {
        if (ConfiguredAddress.Read(configuration, "Sms:Url") is not { } url) return null;
        var sms = configuration.GetSection("Sms");
        return new SmsSettings(url, string.IsNullOrEmpty(sms["Token"]) ? null : sms["Token"], TimeSpan.FromSeconds(sms.GetValue("TimeoutSeconds", 10.0)));
    }
}

/// <summary>
/// A provider over HTTP: <c>POST {url}</c> with <c>{"id","to","text"}</c>, and the id as its idempotency key. 2xx means taken; 4xx refused for good, but for
/// 401, 403, 404, 408 and 429, which are tried again like any other answer, because somebody mends them.
/// </summary>
internal sealed class HttpSmsSender(HttpClient http, SmsSettings settings) : ISmsSender
{
    private static readonly HashSet<int> Mendable = [401, 403, 404, 408, 429];

    public bool IsOn => true;

    /// <summary>One client for the life of the service; answers are short, and nothing leads elsewhere.</summary>
    public static HttpClient NewHttp(SmsSettings settings) => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = settings.Timeout, MaxResponseContentBufferSize = 64 << 10,
    };

    public async Task SendAsync(SmsMessage message, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = JsonContent.Create(message, options: WireJson.Options) };
        request.Headers.Add("Idempotency-Key", message.Id.ToString());
        if (settings.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, ct);
        if ((int)answer.StatusCode is var status && status is >= 400 and < 500 && !Mendable.Contains(status)) throw new UndeliverableException($"HTTP {status}");
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException(null, null, answer.StatusCode);
    }
}

/// <summary>No provider is configured.</summary>
internal sealed class NoSmsSender : ISmsSender
{
    public bool IsOn => false;

    public Task SendAsync(SmsMessage message, CancellationToken ct) => throw new InvalidOperationException("No provider of text messages is configured.");
}
