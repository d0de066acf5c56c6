using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Crm.Infrastructure.Registry;

/// <summary>
/// The registry over HTTP: <c>POST {base}/customers</c> with the idempotency key, answered by <c>{"id": …}</c>. Each try has its time; what is
/// down or slow is tried again, and left alone for a while once it has failed often.
/// </summary>
internal sealed class HttpRegistryClient(HttpClient http, RegistrySettings settings, TimeProvider clock) : IRegistryClient
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = Pipeline(settings, clock);

    public async Task<string> CreateCustomerAsync(RegistryCustomer customer, string idempotencyKey, CancellationToken ct)
    {
        try
        {
            using var answer = await _pipeline.ExecuteAsync(async token => await http.SendAsync(Request(customer, idempotencyKey), token), ct);
            if (IsTemporary(answer) || answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound) throw Unavailable();
            if (!answer.IsSuccessStatusCode) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The registry refuses this customer.");
            return await IdOfAsync(answer, ct);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or JsonException or IOException)
        {
            throw Unavailable();
        }
    }

    private HttpRequestMessage Request(RegistryCustomer customer, string idempotencyKey)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{settings.BaseUrl.AbsoluteUri.TrimEnd('/')}/customers") { Content = JsonContent.Create(customer, options: WireJson.Options) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (settings.ApiKey is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static async Task<string> IdOfAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
        var id = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("id", out var member) ? member : default;
        return id.ValueKind switch
        {
            JsonValueKind.String when id.GetString() is { Length: > 0 } text => text,
            JsonValueKind.Number => id.GetRawText(),
            _ => throw Unavailable(),
        };
    }

    private static CrmException Unavailable() =>
        new(ErrorKind.Unavailable, "UNAVAILABLE", "The customer registry is not available at the moment; nothing was changed.") { RetryAfter = TimeSpan.FromSeconds(15) };

    private static bool IsTemporary(HttpResponseMessage answer) => (int)answer.StatusCode is >= 500 or 408 or 429;

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(RegistrySettings settings, TimeProvider clock)
    {
        var failures = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(IsTemporary);
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new() { ShouldHandle = failures, MaxRetryAttempts = 2, Delay = settings.RetryDelay, BackoffType = DelayBackoffType.Exponential, UseJitter = true })
            .AddCircuitBreaker(new() { ShouldHandle = failures, FailureRatio = 0.8, MinimumThroughput = 9, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = TimeSpan.FromSeconds(15) })
            .AddTimeout(settings.Timeout)
            .Build();
    }
}
