using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Crm.Scale;

/// <summary>
/// ./bench stream: how long after a write was sent its event is at each of 50 clients of one tenant while 200 writes a second come in, and what 1,000 clients cost that
/// hear nothing. The time includes the write's own way to its commit, so it is an upper bound of commit to client.
/// </summary>
internal sealed class Streams(Instance instance, Verdicts verdicts)
{
    private const int Clients = 50, Rate = 200, Idle = 1_000;
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(5), Measured = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, long> _answered = new();
    private readonly ConcurrentQueue<(string Id, long Heard)> _heard = new();
    private string _token = "";

    public async Task MeasureAsync()
    {
        var tag = Guid.NewGuid().ToString("N")[..10];
        var reply = await instance.Http.PostAsync("/api/v1/auth/register", Json($$"""{"organizationName":"Streams","fullName":"Ada Byron","email":"streams-{{tag}}@example.com","password":"correct horse {{tag}}"}"""));
        _token = (string)JsonNode.Parse(await reply.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["data"]!["accessToken"]!;
        using var leave = new CancellationTokenSource();
        var listening = await ListenersAsync(Clients, "?types=lead.created", leave.Token);
        await WriteAsync(Warming);
        _heard.Clear();
        _answered.Clear();
        await WriteAsync(Measured);
        await WaitAsync();
        await leave.CancelAsync();
        await Task.WhenAll(listening);
        var after = _heard.Where(h => _answered.ContainsKey(h.Id)).Select(h => Stopwatch.GetElapsedTime(_answered[h.Id], h.Heard).TotalMilliseconds).Order().ToList();
        var (p50, p99) = (after[after.Count / 2], after[after.Count * 99 / 100]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_answered.Count / Measured.TotalSeconds:N0} writes/s, {Clients} clients, {after.Count:N0} events heard of {_answered.Count * Clients:N0}{verdicts.Of(_answered.Count * Clients - after.Count, 0, 0)}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"write sent → event at the client: p50 {p50:N1} ms (mark 10){verdicts.Of(p50, 10, 10)}, p99 {p99:N1} ms (mark 50){verdicts.Of(p99, 50, 50)}"));
        var before = instance.Megabytes;
        using var idleLeave = new CancellationTokenSource();
        var idle = await ListenersAsync(Idle, "?types=deal.won", idleLeave.Token);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var more = instance.Megabytes - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Idle:N0} idle clients: {more:N0} MB more (mark 100){verdicts.Of(more, 100, 100)}"));
        await idleLeave.CancelAsync();
        await Task.WhenAll(idle);
    }

    private async Task WriteAsync(TimeSpan time)
    {
        var (writes, began) = (new List<Task>(), Stopwatch.GetTimestamp());
        for (var n = 0; Stopwatch.GetElapsedTime(began) < time; n++)
        {
            writes.Add(LeadAsync(n));
            var due = TimeSpan.FromSeconds((n + 1.0) / Rate) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero) await Task.Delay(due);
        }
        await Task.WhenAll(writes);
    }

    private async Task LeadAsync(int n)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/leads") { Content = Json($$"""{"name":"Lead {{n}}"}""") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        var sent = Stopwatch.GetTimestamp();
        using var reply = await instance.Http.SendAsync(request);
        _answered[(string)JsonNode.Parse(await reply.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["data"]!["id"]!] = sent;
    }

    private async Task WaitAsync()
    {
        for (var i = 0; i < 100 && _heard.Count < _answered.Count * Clients; i++) await Task.Delay(50);
    }

    private async Task<List<Task>> ListenersAsync(int count, string query, CancellationToken ct)
    {
        var open = new List<Task>();
        for (var i = 0; i < count; i++)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/stream" + query);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            var response = (await instance.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct)).EnsureSuccessStatusCode();
            open.Add(Task.Run(() => ListenAsync(response, ct), CancellationToken.None));
        }
        return open;
    }

    private async Task ListenAsync(HttpResponseMessage response, CancellationToken ct)
    {
        const string Member = "\"aggregateId\":\"";
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
            while (await reader.ReadLineAsync(ct) is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal) && line.IndexOf(Member, StringComparison.Ordinal) is > 0 and var at) _heard.Enqueue((line.Substring(at + Member.Length, 36), Stopwatch.GetTimestamp()));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Enough was heard.
        }
        response.Dispose();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
