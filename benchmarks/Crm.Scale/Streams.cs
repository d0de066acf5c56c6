using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace Crm.Scale;

/// <summary>
/// ./bench stream: how long after its commit an event is at each of 50 clients of one tenant while 200 writes a second come in, and what 1,000 clients cost that
/// hear nothing. The moment of commit is PostgreSQL's own, before the commit is on the disk.
/// </summary>
internal sealed class Streams(Instance instance, Verdicts verdicts)
{
    private const int Clients = 50, Rate = 200, Idle = 1_000;
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(20), Measured = TimeSpan.FromSeconds(15), Late = TimeSpan.FromSeconds(30), Settling = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, (DateTime Sent, DateTime Answered)> _written = new();

    /// <summary>Has the database note when each transaction commits; it has to be started again.</summary>
    public static async Task NoteCommitsAsync(Instance instance)
    {
        await using var database = instance.Database();
        await using var command = database.CreateCommand("alter system set track_commit_timestamp = on");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The way of an event.</summary>
    public async Task MeasureAsync()
    {
        var token = await RegisterAsync();
        await using var listeners = await Listeners.OpenAsync(instance.Http, token, Clients, "?types=lead.created");
        await WriteAsync(token, Warming);
        await HeardAsync(listeners);
        _written.Clear();
        var shares = new Shares(instance.ProcessId, instance.Postmaster);
        await WriteAsync(token, Measured);
        var taken = shares.ToString();
        await HeardAsync(listeners);
        var heard = _written.Keys.Sum(id => Count(listeners, id));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_written.Count / Measured.TotalSeconds:N0} writes/s, {Clients} clients, {heard:N0} events heard of {_written.Count * Clients:N0}{verdicts.Of(Math.Abs(_written.Count * Clients - heard), 0, 0)}"));
        Console.WriteLine(taken);
        var commits = await CommitsAsync();
        var way = Tell("commit → event at the client", _written.Keys.SelectMany(id => Times(listeners, id, commits[id])), marked: true);
        Tell("write sent → event at the client", _written.SelectMany(w => Times(listeners, w.Key, w.Value.Sent)));
        var answer = Tell("write sent → answer at the writer", _written.Values.Select(w => (w.Answered - w.Sent).TotalMilliseconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the event's way against the answer's, which other load on the machine changes little: p50 {way.P50 / answer.P50:N2}, p99 {way.P99 / answer.P99:N2}"));
    }

    /// <summary>What clients cost that hear nothing, of a service that has done little before and holds no garbage: either would hide it.</summary>
    public async Task MeasureIdleAsync()
    {
        var token = await RegisterAsync();
        await using (var some = await Listeners.OpenAsync(instance.Http, token, 10, "?types=deal.won")) await Task.Delay(Settling);
        await Collection.RunAsync(instance.ProcessId);
        var before = instance.Megabytes;
        await using var idle = await Listeners.OpenAsync(instance.Http, token, Idle, "?types=deal.won");
        await Task.Delay(Settling);
        var untidy = instance.Megabytes - before;
        await Collection.RunAsync(instance.ProcessId);
        var more = instance.Megabytes - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Idle:N0} idle clients: {untidy:N0} MB more than the {before:N0} MB without them (mark 100){verdicts.Of(untidy, 100, 100)}, {more:N0} MB once garbage is collected"));
    }

    private async Task<string> RegisterAsync()
    {
        var tag = Guid.NewGuid().ToString("N")[..10];
        using var reply = await instance.Http.PostAsync("/api/v1/auth/register", Json($$"""{"organizationName":"Streams","fullName":"Ada Byron","email":"streams-{{tag}}@example.com","password":"correct horse {{tag}}"}"""));
        return (string)JsonNode.Parse(await reply.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["data"]!["accessToken"]!;
    }

    private async Task WriteAsync(string token, TimeSpan time)
    {
        var (writes, began) = (new List<Task>(), DateTime.UtcNow);
        for (var n = 0; DateTime.UtcNow - began < time; n++)
        {
            writes.Add(LeadAsync(token, n));
            var due = TimeSpan.FromSeconds((n + 1.0) / Rate) - (DateTime.UtcNow - began);
            if (due > TimeSpan.Zero) await Task.Delay(due);
        }
        await Task.WhenAll(writes);
    }

    private async Task LeadAsync(string token, int n)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/leads") { Content = Json($$"""{"name":"Lead {{n}}"}""") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var sent = DateTime.UtcNow;
        using var reply = await instance.Http.SendAsync(request);
        var answered = DateTime.UtcNow;
        _written[(Guid)JsonNode.Parse(await reply.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["data"]!["id"]!] = (sent, answered);
    }

    /// <summary>Waits until every client has heard of every write; what has not come by then never does.</summary>
    private async Task HeardAsync(Listeners listeners)
    {
        var began = DateTime.UtcNow;
        while (DateTime.UtcNow - began < Late && _written.Keys.Any(id => Count(listeners, id) < Clients)) await Task.Delay(50);
    }

    private async Task<Dictionary<Guid, DateTime>> CommitsAsync()
    {
        await using var database = instance.Database();
        await using var command = database.CreateCommand("select aggregate_id, pg_xact_commit_timestamp((xid % 4294967296)::text::xid) from crm.events where type = 'lead.created'");
        await using var reader = await command.ExecuteReaderAsync();
        var commits = new Dictionary<Guid, DateTime>();
        while (await reader.ReadAsync()) commits[reader.GetGuid(0)] = reader.GetDateTime(1);
        return commits;
    }

    private static int Count(Listeners listeners, Guid id) => listeners.Heard.TryGetValue(id, out var times) ? times.Count : 0;

    private static IEnumerable<double> Times(Listeners listeners, Guid id, DateTime from) => listeners.Heard.TryGetValue(id, out var times) ? times.Select(t => (t - from).TotalMilliseconds) : [];

    private (double P50, double P99) Tell(string what, IEnumerable<double> milliseconds, bool marked = false)
    {
        var sorted = milliseconds.Order().ToList();
        var (p50, p99) = (sorted[sorted.Count / 2], sorted[sorted.Count * 99 / 100]);
        Console.WriteLine(marked
            ? string.Create(CultureInfo.InvariantCulture, $"{what}: p50 {p50:N1} ms (mark 10){verdicts.Of(p50, 10, 10)}, p99 {p99:N1} ms (mark 50){verdicts.Of(p99, 50, 50)}, longest {sorted[^1]:N1} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{what}: p50 {p50:N1} ms, p99 {p99:N1} ms, longest {sorted[^1]:N1} ms"));
        return (p50, p99);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
