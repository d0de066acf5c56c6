using System.Net.Sockets;
using System.Text;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Security;

/// <summary>
/// Requests about whose end two servers could disagree (RFC 9112 §6.3, §11.2). The service refuses them and closes the connection, so that
/// behind a proxy nothing can be slipped into another caller's connection.
/// </summary>
public sealed class SmugglingTests(CrmApi api)
{
    private const string Hidden = "POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"name\":\"smuggled!\"}";

    [Theory]
    [InlineData("length and chunks", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("two lengths", "Content-Length: 0\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("a list of lengths", "Content-Length: 0, 5\r\n\r\n")]
    [InlineData("a hexadecimal length", "Content-Length: 0x0\r\n\r\n")]
    [InlineData("a negative length", "Content-Length: -1\r\n\r\n")]
    [InlineData("a space before the colon", "Content-Length : 0\r\n\r\n")]
    [InlineData("a folded header", "X-A: b\r\n Content-Length: 0\r\n\r\n")]
    [InlineData("an unknown transfer coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("chunks that are not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("a tab before the coding's name", "Transfer-Encoding:\tchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n")]
    [InlineData("a chunk size that is none", "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")]
    [InlineData("a chunk size beyond all bounds", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n")]
    [InlineData("a bare carriage return", "X-A: b\rContent-Length: 0\r\n\r\n")]
    [InlineData("a NUL in a header", "X-A: b\0c\r\n\r\n")]
    [InlineData("a header without a colon", "Nonsense\r\n\r\n")]
    public async Task An_ambiguous_request_is_refused_and_nothing_behind_it_is_read(string what, string headers)
    {
        var tenant = await api.TenantAsync();
        var reply = await RawAsync($"POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tenant.Token}\r\nContent-Type: application/json\r\n{headers}{Hidden.Replace("{token}", tenant.Token)}");
        reply.ShouldStartWith("HTTP/1.1 4", customMessage: $"{what}: {reply}");
        reply.ShouldNotContain("(still open)", customMessage: what);
        reply.Split("HTTP/1.1 ").Length.ShouldBe(2, $"{what}: there are two answers: {reply}");
        (await tenant.GetAsync("/leads?count=exact")).Items.ShouldBeEmpty(what);
    }

    [Theory]
    [InlineData("GET http://evil.example/api/v1/auth/me HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/auth/me HTTP/1.1\r\n\r\n")]
    [InlineData("GET /api/v1/auth/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /api/v1/auth/me\r\n\r\n")]
    [InlineData("GET  /api/v1/auth/me HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/auth/me HTTP/9.9\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task A_request_line_or_host_that_is_none_is_refused(string request)
    {
        var reply = await RawAsync(request);
        if (reply.Length > 0) reply.ShouldMatch("^HTTP/1.1 (4|505)");
    }

    [Fact]
    public async Task Two_honest_requests_on_one_connection_get_two_answers()
    {
        var tenant = await api.TenantAsync();
        var request = $"GET /api/v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tenant.Token}\r\n";
        (await RawAsync($"{request}\r\n{request}Connection: close\r\n\r\n")).Split("HTTP/1.1 200").Length.ShouldBe(3);
    }

    /// <summary>Everything the server says until it closes the connection; what it keeps open gets no more than the wait for one that is not coming.</summary>
    private async Task<string> RawAsync(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(api.Address.Host, api.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        var (said, buffer) = (new StringBuilder(), new byte[16_384]);
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) is > 0 and var read) said.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Reset after the refusal, or kept open.
            if (e is OperationCanceledException) said.Append("\r\n(still open)");
        }
        return said.ToString();
    }
}
