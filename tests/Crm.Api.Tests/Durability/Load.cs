using System.Collections.Concurrent;
using System.Diagnostics;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Durability;

/// <summary>
/// Callers at work while something breaks, as good callers do: a write that is refused with 503, or cut, is sent again under the same
/// Idempotency-Key until it is acknowledged. Any other refusal than 503 UNAVAILABLE with Retry-After, and any answer that does not come, is wrong.
/// </summary>
internal sealed class Load
{
    private const int BatchSize = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Acknowledged> _acknowledged = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly ServiceProcess _service;
    private readonly IReadOnlyList<ServiceProcess> _instances;
    private readonly string? _token;
    private readonly string _resource;
    private readonly Func<int, object> _body;
    private readonly ConcurrentQueue<TimeSpan> _answers = new();
    private Task[] _workers = [];
    private int _next, _requests, _refused, _cut, _read, _records;
    private long _slowest;

    private Load(IReadOnlyList<ServiceProcess> instances, string? token, string resource, Func<int, object> body) =>
        (_service, _instances, _token, _resource, _body) = (instances[0], instances, token, resource, body);

    /// <summary>How many records the service has said it keeps.</summary>
    public int Records => Volatile.Read(ref _records);

    /// <summary>True when an answer was wrong: there is no point in going on.</summary>
    public bool IsWrong => !_wrong.IsEmpty;

    /// <summary>How many requests were refused with 503.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public IReadOnlyCollection<Acknowledged> Writes => _acknowledged;

    /// <summary>How often each writer writes; null = as often as he can.</summary>
    private TimeSpan? Every { get; init; }

    /// <summary>How many records the writers make together.</summary>
    private int Most { get; init; } = int.MaxValue;

    public static Load OfLeads(ServiceProcess service, ApiClient caller, int writers = 4, int readers = 2, int batches = 1) =>
        Start(new Load([service], caller.Token, "leads", n => new { name = $"Lead {n}" }), writers, readers, batches);

    /// <summary>How long each write took from the first try until it was acknowledged: what a caller feels who turns to the next instance at once. With one instance, without those that were cut or refused.</summary>
    public IReadOnlyCollection<TimeSpan> Answers => _answers;

    /// <summary>So many leads with an address of their own each, this many a second as long as the service keeps up. Each writer has an instance of his own and turns to the next one when it is gone.</summary>
    public static Load OfPeople(IReadOnlyList<ServiceProcess> instances, ApiClient caller, int leads, int perSecond, int writers = 4) =>
        Start(new Load(instances, caller.Token, "leads", n => new { name = $"Lead {n}", email = $"lead-{n}@example.com" }) { Most = leads, Every = TimeSpan.FromSeconds((double)writers / perSecond) }, writers, 0, 0);

    public static Load OfCustomers(ServiceProcess service, ApiClient caller, int writers = 4, int readers = 1) =>
        Start(new Load([service], caller.Token, "customers", n => new { name = $"Customer {n}", email = $"customer-{n}@example.com" }), writers, readers, 0);

    /// <summary>Waits until so many more records were acknowledged.</summary>
    public Task MoreAsync(int records)
    {
        var goal = Records + records;
        return Eventually.Async(() => Task.FromResult(Records >= goal || !_wrong.IsEmpty), $"the service took no {records} more records: {this}", Patience);
    }

    /// <summary>Kills the service so often in the midst of it, by turns alone and with its database; then lets everybody finish.</summary>
    public async Task KilledAsync(int kills, int recordsBetween = 20)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await MoreAsync(recordsBetween);
            if (kill % 2 == 0) await _service.KillServiceAsync();
            else await _service.KillAsync();
            await _service.StartAsync();
        }
        await StopAsync();
    }

    /// <summary>Waits until so many more requests were refused.</summary>
    public Task RefusedAsync(int requests)
    {
        var goal = Refused + requests;
        return Eventually.Async(() => Task.FromResult(Refused >= goal || !_wrong.IsEmpty), $"no {requests} more requests were refused: {this}", Patience);
    }

    /// <summary>Lets everybody finish what they have begun, which is acknowledged now at last.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).WaitAsync(Patience);
        _wrong.ShouldBeEmpty(_service.Errors);
    }

    /// <summary>
    /// What was acknowledged is there, all of it and nothing besides; each record has exactly one event of its making; and each write sent
    /// again under its key is answered from memory.
    /// </summary>
    public async Task VerifyAsync(ApiClient tenant)
    {
        var acknowledged = _acknowledged.SelectMany(a => a.Ids).ToList();
        acknowledged.ShouldBeUnique();
        (await ListAsync(tenant)).ShouldBe(acknowledged, ignoreOrder: true);
        (await CreatedAsync(tenant)).ShouldBe(acknowledged, ignoreOrder: true);
        foreach (var write in _acknowledged)
        {
            var again = (await tenant.PostAsync(write.Path, write.Body, ("Idempotency-Key", write.Key))).ShouldBe(write.Path.EndsWith("/batch", StringComparison.Ordinal) ? 200 : 201);
            again.Header("Idempotent-Replayed").ShouldBe("true");
            IdsOf(again).ShouldBe(write.Ids);
        }
        (await CreatedAsync(tenant)).Count.ShouldBe(acknowledged.Count);
    }

    public override string ToString() =>
        $"{_requests} requests, {_acknowledged.Count} acknowledged writes ({Records} records), {_read} reads, {_refused} refused with 503, {_cut} cut, slowest answer {TimeSpan.FromTicks(_slowest).TotalSeconds:0.0} s, {_wrong.Count} wrong{string.Concat(_wrong.Take(3).Select(w => "\n  " + w))}";

    private static Load Start(Load load, int writers, int readers, int batches)
    {
        load._workers = [.. Repeat(writers, load.WriteAsync), .. Repeat(readers, _ => load.ReadAsync()), .. Repeat(batches, _ => load.WriteManyAsync())];
        return load;
    }

    private static IEnumerable<Task> Repeat(int times, Func<int, Task> work) => Enumerable.Range(0, times).Select(i => Task.Run(() => work(i))).ToList();

    private async Task WriteAsync(int writer)
    {
        using var pace = Every is { } every ? new PeriodicTimer(every) : null;
        await UntilStoppedAsync(async () =>
        {
            if (pace is not null) await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            if (Interlocked.Increment(ref _next) is var n && n <= Most) await AcknowledgeAsync($"/{_resource}", _body(n), 201, writer);
        });
    }

    private Task WriteManyAsync() => UntilStoppedAsync(() => AcknowledgeAsync($"/{_resource}/batch", new
    {
        operations = Enumerable.Range(0, BatchSize).Select(_ => new { op = "create", data = _body(Interlocked.Increment(ref _next)) }).ToArray(),
    }, 200));

    private Task ReadAsync() => UntilStoppedAsync(async () =>
    {
        if (await SendAsync(api => api.GetAsync($"/{_resource}?take=5"), 200) is not null) Interlocked.Increment(ref _read);
        else await PauseAsync();
    });

    private async Task UntilStoppedAsync(Func<Task> work)
    {
        while (!_stop.IsCancellationRequested && _wrong.IsEmpty) await work();
    }

    private async Task AcknowledgeAsync(string path, object body, int status, int first = 0)
    {
        var key = Guid.NewGuid().ToString();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; _wrong.IsEmpty; i++)
        {
            if (await SendAsync(api => api.PostAsync(path, body, ("Idempotency-Key", key)), status, first + i) is { } reply)
            {
                _answers.Enqueue(Stopwatch.GetElapsedTime(started));
                var ids = IdsOf(reply);
                _acknowledged.Enqueue(new Acknowledged(path, body, key, ids));
                Interlocked.Add(ref _records, ids.Length);
                return;
            }
            if (i % _instances.Count < _instances.Count - 1) continue;
            await PauseAsync();
            if (_instances.Count == 1) started = Stopwatch.GetTimestamp();
        }
    }

    private async Task<Reply?> SendAsync(Func<ApiClient, Task<Reply>> send, int expected, int instance = 0)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            Interlocked.Increment(ref _requests);
            var reply = await send(_instances[instance % _instances.Count].Api.As(_token));
            if (reply.Status == expected) return reply;
            if (reply is { Status: 503, Code: "UNAVAILABLE" } && reply.Header("Retry-After").Length > 0) Interlocked.Increment(ref _refused);
            else _wrong.Enqueue(reply.ToString());
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _cut);
        }
        catch (TaskCanceledException)
        {
            _wrong.Enqueue("an answer never came");
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(started).Ticks;
            for (var seen = _slowest; took > seen; seen = _slowest) Interlocked.CompareExchange(ref _slowest, took, seen);
        }
        return null;
    }

    private static async Task PauseAsync()
    {
        using var timer = new PeriodicTimer(Pause);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    private async Task<IReadOnlyList<Guid>> ListAsync(ApiClient tenant)
    {
        var (ids, cursor) = (new List<Guid>(), "");
        while (true)
        {
            var page = (await tenant.GetAsync($"/{_resource}?fields=id&sort=createdAt&take=200{cursor}")).ShouldBe(200);
            ids.AddRange(page.Items.Select(i => (Guid)i!["id"]!));
            if ((string?)page.Meta["nextCursor"] is not { } next) return ids;
            cursor = $"&cursor={next}";
        }
    }

    /// <summary>The records whose making the event log tells of.</summary>
    private async Task<IReadOnlyList<Guid>> CreatedAsync(ApiClient tenant)
    {
        var (ids, after) = (new List<Guid>(), "0");
        while (true)
        {
            var page = (await tenant.GetAsync($"/events?after={after}&types={_resource[..^1]}.created&take=200")).ShouldBe(200);
            if (page.Items.Count == 0) return ids;
            ids.AddRange(page.Items.Select(e => (Guid)e!["aggregateId"]!));
            after = (string)page.Items[^1]!["position"]!;
        }
    }

    private static Guid[] IdsOf(Reply reply) => reply.Json["data"] is System.Text.Json.Nodes.JsonArray items
        ? [.. items.Select(i => (Guid)i!["id"]!)]
        : [reply.Id];
}

/// <summary>A write the service said it keeps.</summary>
internal sealed record Acknowledged(string Path, object Body, string Key, Guid[] Ids);
