using System.Net;
using System.Net.Sockets;
using System.Text;
using Crm.Api.Tests.Outside;
using Crm.Application.Outbound;
using Crm.Infrastructure.Outbound;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Outbound;

/// <summary>Calls of addresses that users name: where they do not lead, and what a receiver can do to the caller.</summary>
public sealed class OutboundTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.1/")]
    [InlineData("http://0/")]
    [InlineData("http://localhost/")]
    [InlineData("http://LOCALHOST:5432/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[64:ff9b::169.254.169.254]/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.1.2.3:8443/hooks")]
    public async Task An_inner_address_is_refused_however_it_is_written(string url)
    {
        (await Guard().RefusalAsync(url, Ct)).ShouldBe("leads into a private network");
        using var http = Http(Guard());
        (await http.SendAsync(Call(url), Ct)).Error.ShouldBe("the address leads into a private network");
    }

    [Theory]
    [InlineData("ftp://hooks.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1:6379/_x")]
    [InlineData("//hooks.example/")]
    [InlineData("hooks.example")]
    [InlineData("http://")]
    [InlineData("http://a:b@hooks.example/")]
    [InlineData("http://hooks.example@127.0.0.1/")]
    [InlineData("http://hooks.example\\@127.0.0.1/")]
    [InlineData("http://hooks.example/\r\nHost: x")]
    [InlineData("http://hooks.example/a b")]
    [InlineData("http://hooks.example/#top")]
    [InlineData("https://xn--/")]
    [InlineData("")]
    public async Task What_is_no_plain_address_is_refused(string url)
    {
        (await Guard().RefusalAsync(url, Ct)).ShouldNotBeNull();
        using var http = Http(Guard());
        (await http.SendAsync(Call(url), Ct)).ShouldSatisfyAllConditions(a => a.Status.ShouldBeNull(), a => a.Error.ShouldNotBeNull());
    }

    [Fact]
    public async Task Every_address_of_a_name_must_be_outside()
    {
        (await Guard(resolve: ["1.1.1.1", "10.0.0.1"]).RefusalAsync("https://mixed.example/", Ct)).ShouldNotBeNull();
        (await Guard(resolve: ["1.1.1.1", "2606:4700::1"]).RefusalAsync("https://fine.example/", Ct)).ShouldBeNull();
        (await Guard(resolve: []).RefusalAsync("https://nobody.example/", Ct)).ShouldBeNull("it may be known tomorrow, and is looked at again then");
    }

    [Fact]
    public async Task A_name_that_answers_otherwise_the_second_time_gains_nothing()
    {
        await using var inside = await FakeRegistry.StartAsync();
        var asked = 0;
        var guard = new OutboundGuard(Settings(), (_, _) => Task.FromResult(new[] { IPAddress.Parse(asked++ == 0 ? "1.1.1.1" : "127.0.0.1") }));
        (await guard.RefusalAsync($"http://rebind.example:{inside.Address.Port}/", Ct)).ShouldBeNull();
        using var http = Http(guard);

        var answer = await http.SendAsync(Call($"http://rebind.example:{inside.Address.Port}/"), Ct);

        answer.Error.ShouldBe("the address leads into a private network");
        inside.Calls.ShouldBeEmpty();
        asked.ShouldBe(2, "once when saved, once per connection: what was looked at is what is connected to");
    }

    [Theory]
    [InlineData("Webhooks:AllowPrivateNetworks", "true")]
    [InlineData("Webhooks:AllowedHosts", "other.example, 127.0.0.1")]
    [InlineData("Webhooks:AllowedHosts", "127.0.0.0/8")]
    public async Task The_operator_may_allow_it(string setting, string value)
    {
        await using var inside = await FakeRegistry.StartAsync();
        using var http = Http(new OutboundGuard(Settings((setting, value))));

        (await http.SendAsync(Call(inside.Address.AbsoluteUri), Ct)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        await using var target = await FakeRegistry.StartAsync();
        await using var server = await FakeRegistry.StartAsync(_ => Microsoft.AspNetCore.Http.Results.Redirect(target.Address.AbsoluteUri, preserveMethod: true));
        using var http = Http(Allowing());

        var answer = await http.SendAsync(Call(server.Address.AbsoluteUri), Ct);

        answer.Status.ShouldBe(307);
        answer.IsSuccess.ShouldBeFalse();
        target.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_without_end_is_read_to_4_kB()
    {
        await using var server = RawServer.Start("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", endless: true);
        using var http = Http(Allowing());

        var answer = await http.SendAsync(Call(server.Url), Ct);

        (answer.Status, answer.Body!.Length, answer.Error).ShouldBe((200, 4096, null));
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using var server = RawServer.Start($"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Range(0, 2_000).Select(i => $"X-{i}: {new string('x', 100)}\r\n"))}\r\n");
        using var http = Http(Allowing());

        (await http.SendAsync(Call(server.Url), Ct)).Error.ShouldBe("the headers of the answer are too large");
    }

    [Theory]
    [InlineData("\0\0\0")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 2")]
    [InlineData("")]
    public async Task What_is_no_answer_is_none(string bytes)
    {
        await using var server = RawServer.Start(bytes);
        using var http = Http(Allowing());

        (await http.SendAsync(Call(server.Url), Ct)).ShouldSatisfyAllConditions(a => a.IsSuccess.ShouldBeFalse(), a => a.Error.ShouldNotBeNull());
    }

    [Fact]
    public async Task Who_does_not_answer_is_left_after_15_seconds()
    {
        await using var server = await FakeRegistry.StartAsync(_ => null);
        var clock = new FakeClock();
        using var http = new OutboundHttp(Allowing(), clock);

        var sending = http.SendAsync(Call(server.Address.AbsoluteUri), Ct);
        await Fixture.Eventually.Async(() => Task.FromResult(server.Calls.Count == 1), "it is called");
        sending.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(15));

        (await sending).Error.ShouldBe("timed out");
    }

    [Fact]
    public async Task A_call_that_is_broken_off_is_cancelled_whatever_it_fails_with()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await stopping.CancelAsync();
        using var http = Http(Allowing());

        await Should.ThrowAsync<OperationCanceledException>(() => http.SendAsync(Call("https://127.0.0.1/") with { ContentType = "no type at all" }, stopping.Token));
        (await http.SendAsync(Call("https://127.0.0.1/") with { ContentType = "no type at all" }, Ct)).Error.ShouldBe("the call failed");
    }

    private static OutboundSettings Settings(params (string Name, string Value)[] settings) =>
        OutboundSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value)).Build());

    private static OutboundGuard Guard(string[]? resolve = null) =>
        resolve is null ? new(Settings()) : new(Settings(), (_, _) => Task.FromResult(resolve.Select(IPAddress.Parse).ToArray()));

    private static OutboundGuard Allowing() => new(Settings(("Webhooks:AllowedHosts", "127.0.0.1")));

    private static OutboundHttp Http(OutboundGuard guard) => new(guard, TimeProvider.System);

    private static OutboundCall Call(string url) => new(url, new Dictionary<string, string>(), "{}"u8.ToArray());

    /// <summary>Answers every connection with the same bytes, whatever they are, once or for ever, and closes it.</summary>
    private sealed class RawServer(TcpListener listener) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _running = Task.CompletedTask;

        public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";

        public static RawServer Start(string bytes, bool endless = false)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var server = new RawServer(listener);
            server._running = server.RunAsync(Encoding.Latin1.GetBytes(bytes), endless);
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            listener.Stop();
            await _running.ContinueWith(_ => { }, TaskScheduler.Default);
            _stop.Dispose();
        }

        private async Task RunAsync(byte[] bytes, bool endless)
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(_stop.Token);
                var stream = client.GetStream();
                try
                {
                    _ = await stream.ReadAsync(new byte[8_192], _stop.Token);
                    await stream.WriteAsync(bytes, _stop.Token);
                    while (endless) await stream.WriteAsync(new byte[1_024].Select(_ => (byte)'x').ToArray(), _stop.Token);
                }
                catch (IOException)
                {
                    // The caller has read enough.
                }
            }
        }
    }
}
