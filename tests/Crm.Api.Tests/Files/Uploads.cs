using System.Collections.Concurrent;
using System.Security.Cryptography;
using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Files;

/// <summary>
/// Callers who upload while something breaks: what is refused with 503, or cut, is sent again under the same Idempotency-Key until it is acknowledged.
/// Any other refusal than 503 UNAVAILABLE with Retry-After is wrong.
/// </summary>
internal sealed class Uploads
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromMinutes(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Guid, string> _acknowledged = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly Func<ApiClient> _caller;
    private readonly string _lead;
    private readonly (int Least, int Most) _bytes;
    private Task[] _workers = [];
    private int _refused, _cut;

    private Uploads(Func<ApiClient> caller, Guid lead, (int, int) bytes) => (_caller, _lead, _bytes) = (caller, lead.ToString(), bytes);

    /// <summary>The files that were acknowledged.</summary>
    public IReadOnlyCollection<Guid> Files => [.. _acknowledged.Keys];

    public static Uploads Begin(ServiceProcess service, ApiClient caller, Guid lead, int workers, (int Least, int Most) bytes)
    {
        var uploads = new Uploads(() => service.Api.As(caller.Token), lead, bytes);
        uploads._workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(uploads.UploadAsync))];
        return uploads;
    }

    /// <summary>Waits until so many more were acknowledged.</summary>
    public Task MoreAsync(int files)
    {
        var goal = _acknowledged.Count + files;
        return Eventually.Async(() => Task.FromResult(_acknowledged.Count >= goal || !_wrong.IsEmpty), $"the service took no {files} more files: {this}", Patience);
    }

    /// <summary>Waits until so many more were refused.</summary>
    public Task RefusedAsync(int uploads)
    {
        var goal = Volatile.Read(ref _refused) + uploads;
        return Eventually.Async(() => Task.FromResult(Volatile.Read(ref _refused) >= goal || !_wrong.IsEmpty), $"no {uploads} more uploads were refused: {this}", Patience);
    }

    /// <summary>Lets everybody finish what they have begun, which is acknowledged now at last.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).WaitAsync(Patience);
        _wrong.ShouldBeEmpty();
    }

    /// <summary>There are these files and no others, each with the content that was sent.</summary>
    public async Task VerifyAsync()
    {
        (await ListAsync(_caller())).ShouldBe(_acknowledged.Keys, ignoreOrder: true);
        await DownloadAsync();
    }

    /// <summary>Downloads every file acknowledged until now.</summary>
    public async Task DownloadAsync()
    {
        foreach (var (id, digest) in _acknowledged.ToArray())
            DigestOf((await _caller().GetAsync($"/files/{id}/content")).ShouldBe(200).Body).ShouldBe(digest);
    }

    public override string ToString() => $"{_acknowledged.Count} acknowledged files, {_refused} uploads refused with 503, {_cut} cut, {_wrong.Count} wrong{string.Concat(_wrong.Take(3).Select(w => "\n  " + w))}";

    private async Task UploadAsync()
    {
        while (!_stop.IsCancellationRequested && _wrong.IsEmpty)
        {
            var (content, key) = (RandomNumberGenerator.GetBytes(Random.Shared.Next(_bytes.Least, _bytes.Most)), Guid.NewGuid().ToString());
            while (!await IsTakenAsync(content, key) && _wrong.IsEmpty) await PauseAsync();
        }
    }

    private async Task<bool> IsTakenAsync(byte[] content, string key)
    {
        try
        {
            var reply = await _caller().UploadAsync(content, "x.bin", [("leadId", _lead)], null, ("Idempotency-Key", key));
            if (reply.Status == 201) return _acknowledged.TryAdd(reply.Id, DigestOf(content));
            if (reply is { Status: 503, Code: "UNAVAILABLE" } && reply.Header("Retry-After").Length > 0) Interlocked.Increment(ref _refused);
            else _wrong.Enqueue(reply.ToString());
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _cut);
        }
        return false;
    }

    private static async Task PauseAsync()
    {
        using var timer = new PeriodicTimer(Pause);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<Guid>> ListAsync(ApiClient tenant)
    {
        var (ids, cursor) = (new List<Guid>(), "");
        while (true)
        {
            var page = (await tenant.GetAsync($"/files?fields=id&sort=createdAt&take=200{cursor}")).ShouldBe(200);
            ids.AddRange(page.Items.Select(f => (Guid)f!["id"]!));
            if ((string?)page.Meta["nextCursor"] is not { } next) return ids;
            cursor = $"&cursor={next}";
        }
    }

    private static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
