using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Crm.Application.Checkouts;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Crm.Infrastructure.Checkouts;

/// <summary>
/// Stripe over its HTTP interface: forms go in, JSON comes out, and each page is opened under our own id as idempotency key, so that a call that is repeated opens no second one. What is down or slow
/// is tried again, and left alone for a while once it has failed often.
/// </summary>
internal sealed class StripeGateway(HttpClient http, StripeSettings settings, TimeProvider clock) : IPaymentGateway
{
    // What answers look like is a matter of the version, which is therefore named with each call.
    private const string ApiVersion = "2024-06-20";
    private const int LargestAnswer = 1 << 20;
    private const string CheckoutKey = "crm_checkout", TenantKey = "crm_tenant";
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(15);
    private static readonly HashSet<string> Languages = ["bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nl", "pl", "pt", "ro", "sk", "sl", "sv", "tr"];
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = Pipeline(settings, clock);

    /// <summary>One client for the life of the service.</summary>
    public static HttpClient NewHttp() => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer,
    };

    public string? Refusal(Money amount) => StripeAmounts.Refusal(amount);

    public async Task<GatewaySession> OpenAsync(GatewayAccount account, GatewayOrder order, CancellationToken ct)
    {
        var form = new Dictionary<string, string>
        {
            ["mode"] = "payment",
            ["client_reference_id"] = order.CheckoutId.ToString(),
            ["line_items[0][quantity]"] = "1",
            ["line_items[0][price_data][currency]"] = order.Amount.Currency.ToLowerInvariant(),
            ["line_items[0][price_data][unit_amount]"] = StripeAmounts.ToUnits(order.Amount).ToString(CultureInfo.InvariantCulture),
            ["line_items[0][price_data][product_data][name]"] = order.Title,
            ["success_url"] = order.SuccessUrl,
            ["payment_intent_data[description]"] = order.Title,
        };
        // The page's events carry the one, charges and their refunds the other.
        foreach (var prefix in (string[])["", "payment_intent_data"])
            foreach (var (key, value) in ((string, Guid)[])[(CheckoutKey, order.CheckoutId), (TenantKey, order.TenantId)])
                form[prefix.Length == 0 ? $"metadata[{key}]" : $"{prefix}[metadata][{key}]"] = value.ToString();
        if (order.CancelUrl is { } cancel) form["cancel_url"] = cancel;
        if (order.Email is { } email) form["customer_email"] = email;
        if (order.Language is { } language && Languages.Contains(language)) form["locale"] = language;
        return StripeAnswers.Session(await CallAsync(account, HttpMethod.Post, "v1/checkout/sessions", form, order.CheckoutId.ToString(), ct));
    }

    public async Task<GatewaySession> FindAsync(GatewayAccount account, string sessionId, CancellationToken ct) =>
        StripeAnswers.Session(await CallAsync(account, HttpMethod.Get, $"v1/checkout/sessions/{Uri.EscapeDataString(sessionId)}?expand[]=payment_intent.latest_charge", null, null, ct));

    public async Task CloseAsync(GatewayAccount account, string sessionId, CancellationToken ct)
    {
        try
        {
            await CallAsync(account, HttpMethod.Post, $"v1/checkout/sessions/{Uri.EscapeDataString(sessionId)}/expire", [], null, ct);
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.Unprocessable)
        {
            // It is paid or has ended: asking how it stands tells.
        }
    }

    public GatewayNews Read(string secret, ReadOnlyMemory<byte> body, string? signature)
    {
        if (StripeSignature.Refusal(secret, body.Span, signature, clock.GetUtcNow()) is { } refusal) throw CrmException.Validation(CheckoutNews.SignatureHeader, refusal);
        return StripeAnswers.News(body, CheckoutKey, TenantKey) ?? throw CrmException.Validation("$", "is no event of Stripe");
    }

    private async Task<JsonElement> CallAsync(GatewayAccount account, HttpMethod method, string path, Dictionary<string, string>? form, string? key, CancellationToken ct)
    {
        try
        {
            using var answer = await _pipeline.ExecuteAsync(async token => await http.SendAsync(Request(account, method, path, form, key), token), ct);
            if (IsTemporary(answer)) throw Unavailable();
            var json = await JsonSerializer.DeserializeAsync<JsonElement>(await answer.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
            return answer.IsSuccessStatusCode ? json : throw Refused(answer.StatusCode, json);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or JsonException or IOException)
        {
            throw Unavailable();
        }
    }

    private HttpRequestMessage Request(GatewayAccount account, HttpMethod method, string path, Dictionary<string, string>? form, string? key)
    {
        var request = new HttpRequestMessage(method, new Uri(settings.BaseUrl, path)) { Content = form is null ? null : new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.SecretKey);
        request.Headers.Add("Stripe-Version", ApiVersion);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static CrmException Refused(HttpStatusCode status, JsonElement json) => new(ErrorKind.Unprocessable, "UNPROCESSABLE",
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "Stripe refuses the key." : $"Stripe refuses this: {StripeAnswers.Message(json) ?? status.ToString()}");

    private static CrmException Unavailable() => new(ErrorKind.Unavailable, "UNAVAILABLE", "Stripe is not available at the moment; nothing was changed.") { RetryAfter = Break };

    private static bool IsTemporary(HttpResponseMessage answer) => (int)answer.StatusCode is >= 500 or 408 or 409 or 429;

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(StripeSettings settings, TimeProvider clock)
    {
        var failures = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(IsTemporary);
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new() { ShouldHandle = failures, MaxRetryAttempts = 2, Delay = settings.RetryDelay, BackoffType = DelayBackoffType.Exponential, UseJitter = true })
            .AddCircuitBreaker(new() { ShouldHandle = failures, FailureRatio = 0.8, MinimumThroughput = 20, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = Break })
            .AddTimeout(settings.Timeout)
            .Build();
    }
}
