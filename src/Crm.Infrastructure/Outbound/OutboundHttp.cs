using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Crm.Application.Outbound;

namespace Crm.Infrastructure.Outbound;

/// <summary>The calls themselves, over one pool of connections that the guard opens.</summary>
internal sealed class OutboundHttp : IOutboundHttp, IDisposable
{
    private const int LargestBody = 4 << 10, LargestHeadersInKilobytes = 32, MostHeaders = 50, LongestHeader = 500;
    private readonly OutboundGuard _guard;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public OutboundHttp(OutboundGuard guard, TimeProvider clock)
    {
        (_guard, _clock) = (guard, clock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = guard.ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            // A changed address is noticed, and what was decided about one does not last.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            MaxConnectionsPerServer = 32,
            MaxResponseHeadersLength = LargestHeadersInKilobytes,
            // What is left unread is not waited for: the connection is closed.
            MaxResponseDrainSize = 0,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    public Task<string?> RefusalAsync(string url, CancellationToken ct) => _guard.RefusalAsync(url, ct);

    public async Task<OutboundAnswer> SendAsync(OutboundCall call, CancellationToken ct)
    {
        var began = _clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(call.Timeout, _clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        HttpResponseMessage? response = null;
        try
        {
            if (OutboundUrl.Refusal(call.Url) is { } refusal) return new OutboundAnswer(null, Empty, null, refusal, TimeSpan.Zero);
            using var request = Request(call);
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return Answer(response, await BodyAsync(response, limit.Token), null);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = timeout.IsCancellationRequested ? "timed out" : Describe(e);
            // A 2xx whose body never ends was taken all the same.
            return response is null ? new OutboundAnswer(null, Empty, null, error, _clock.GetElapsedTime(began)) : Answer(response, null, error);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a call that is broken off fails with, it was broken off.
            throw new OperationCanceledException("The call was broken off.", e, ct);
        }
        finally
        {
            response?.Dispose();
        }

        OutboundAnswer Answer(HttpResponseMessage answer, string? body, string? error) =>
            new((int)answer.StatusCode, Headers(answer), body, error, _clock.GetElapsedTime(began)) { RetryAfter = WaitAskedFor(answer.Headers.RetryAfter) };
    }

    public void Dispose() => _http.Dispose();

    private static readonly Dictionary<string, string> Empty = [];

    private static HttpRequestMessage Request(OutboundCall call)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Url) { Content = new ReadOnlyMemoryContent(call.Body), Version = HttpVersion.Version11 };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(call.ContentType);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Crm", "1.0"));
        foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Take(MostHeaders))
            headers[name] = Printable(values.ToString(), LongestHeader);
        return headers;
    }

    /// <summary>As much of the body as is kept; the rest is never read.</summary>
    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var buffer = new byte[LargestBody];
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return Printable(Encoding.UTF8.GetString(buffer, 0, read), LargestBody);
    }

    /// <summary>Cut, and without what a text in the database cannot hold.</summary>
    private static string Printable(string text, int longest)
    {
        var cut = text.Length > longest ? text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] : text;
        return cut.Replace('\0', '\uFFFD');
    }

    private TimeSpan? WaitAskedFor(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } wait } => wait,
        { Date: { } until } => until > _clock.GetUtcNow() ? until - _clock.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static string Describe(Exception e) => e switch
    {
        AddressRefusedException => "the address leads into a private network",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "the name is not known",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "the connection was refused",
        SocketException => "the connection failed",
        AuthenticationException => "the certificate is not valid",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "the headers of the answer are too large",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded } or HttpIOException => "the answer is not HTTP, or broke off",
        OperationCanceledException => "the connection took too long",
        { InnerException: { } cause } => Describe(cause),
        _ => "the call failed",
    };
}
