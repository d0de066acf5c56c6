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
/// down or slow is tried again, and left alone for a while once it has failed often. What it asks for with Retry-After it gets.
/// </summary>
internal sealed class HttpRegistryClient(HttpClient http, RegistrySettings settings, TimeProvider clock) : IRegistryClient
{
    private const int LargestAnswer = 64 << 10;
    private const int LongestId = 200;

    // The caller is waiting: whoever asks for more time than this is asked again by the caller's next request.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(15);
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = Pipeline(settings, clock);

    /// <summary>
    /// One client for the life of the service. No connection is used twice: conversions are rare, a changed address is noticed, and
    /// a registry that answers twice can never have its second answer taken for that to the next customer.
    /// </summary>
    public static HttpClient NewHttp() => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    public async Task<string> CreateCustomerAsync(RegistryCustomer customer, string idempotencyKey, CancellationToken ct)
    {
        try
        {
            // The whole answer is read inside: a try's time and the largest answer bound it as well.
            using var answer = await _pipeline.ExecuteAsync(async token => await http.SendAsync(Request(customer, idempotencyKey), token), ct);
            if (IsTemporary(answer) || (int)answer.StatusCode is >= 300 and < 400 || answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound) throw Unavailable(WaitAskedFor(answer, clock));
            if (!answer.IsSuccessStatusCode) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The registry refuses this customer.");
            return await IdOfAsync(answer, ct);
        }
        catch (BrokenCircuitException e)
        {
            throw Unavailable(e.RetryAfter);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException or JsonException or IOException)
        {
            throw Unavailable(null);
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
        var text = id.ValueKind switch
        {
            JsonValueKind.String => id.GetString()!,
            JsonValueKind.Number => id.GetRawText(),
            _ => "",
        };
        return text.Length is > 0 and <= LongestId && !text.Any(char.IsControl) ? text : throw Unavailable(null);
    }

    /// <summary>503, with the time the registry asked for (a second to an hour) or that it is left alone anyway.</summary>
    private static CrmException Unavailable(TimeSpan? wait) => new(ErrorKind.Unavailable, "UNAVAILABLE", "The customer registry is not available at the moment; nothing was changed.")
    {
        RetryAfter = wait is { } asked ? TimeSpan.FromSeconds(Math.Clamp(asked.TotalSeconds, 1, 3_600)) : Break,
    };

    private static bool IsTemporary(HttpResponseMessage answer) => (int)answer.StatusCode is >= 500 or 408 or 429;

    private static TimeSpan? WaitAskedFor(HttpResponseMessage? answer, TimeProvider clock) => answer?.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } until } => until > clock.GetUtcNow() ? until - clock.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(RegistrySettings settings, TimeProvider clock)
    {
        var failures = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(IsTemporary);
        var worthAnotherTry = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>()
            .HandleResult(answer => IsTemporary(answer) && !(WaitAskedFor(answer, clock) > LongestWait));
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new()
            {
                ShouldHandle = worthAnotherTry, MaxRetryAttempts = 2, Delay = settings.RetryDelay, BackoffType = DelayBackoffType.Exponential, UseJitter = true,
                DelayGenerator = tried => ValueTask.FromResult(WaitAskedFor(tried.Outcome.Result, clock)),
            })
            .AddCircuitBreaker(new() { ShouldHandle = failures, FailureRatio = 0.8, MinimumThroughput = 9, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = Break })
            .AddTimeout(settings.Timeout)
            .Build();
    }
}
