using System.Collections.Concurrent;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Durability;

/// <summary>
/// Callers who each have their own thing to do while the service is killed: what is cut off, or refused with 503 and Retry-After, is sent again until it is acknowledged. Any other refusal is wrong, and
/// so is an answer that does not come.
/// </summary>
internal sealed class PatientCallers(ServiceProcess service, string? token)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly ConcurrentBag<Task> _work = [];
    private readonly SemaphoreSlim _looking = new(1);
    private int _acknowledged, _refused, _cut;

    /// <summary>How many requests were cut off, or found nobody.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>Has each piece of work begun, at most so many at once.</summary>
    public void Begin<T>(IEnumerable<T> work, Func<T, Task> act, int atOnce = int.MaxValue)
    {
        var left = new ConcurrentQueue<T>(work);
        for (var i = Math.Min(atOnce, left.Count); i > 0; i--) _work.Add(Task.Run(WorkAsync));

        async Task WorkAsync()
        {
            while (left.TryDequeue(out var next)) await act(next);
        }
    }

    /// <summary>Sends until the answer has one of these statuses.</summary>
    public async Task<Reply> SendAsync(Func<ApiClient, Task<Reply>> send, params int[] expected)
    {
        Reply? answer = null;
        await Eventually.Async(async () => (answer = await TryAsync(send, expected)) is not null, $"a caller gave up: {this}", Patience);
        Interlocked.Increment(ref _acknowledged);
        return answer!;
    }

    /// <summary>Waits until so many more are acknowledged.</summary>
    public Task MoreAsync(int requests)
    {
        var goal = Volatile.Read(ref _acknowledged) + requests;
        return Eventually.Async(() => Task.FromResult(Volatile.Read(ref _acknowledged) >= goal || _work.Any(w => w.IsFaulted)), $"no {requests} more were acknowledged: {this}", Patience);
    }

    /// <summary>Waits until all that was begun is done.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_work).WaitAsync(Patience, TestContext.Current.CancellationToken);
        _work.Clear();
    }

    public override string ToString() => $"{_acknowledged} acknowledged, {_refused} refused with 503, {_cut} cut";

    private async Task<Reply?> TryAsync(Func<ApiClient, Task<Reply>> send, int[] expected)
    {
        try
        {
            var reply = await send(service.Api.As(token));
            if (expected.Contains(reply.Status)) return reply;
            if (reply is not { Status: 503, Code: "UNAVAILABLE" } || reply.Header("Retry-After").Length == 0) throw new ShouldAssertException(reply.ToString());
            Interlocked.Increment(ref _refused);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            Interlocked.Increment(ref _cut);
        }
        await ReadyAsync();
        return null;
    }

    /// <summary>Waits until the service is there again; one looks for all, so that nobody takes the processors from its start.</summary>
    private async Task ReadyAsync()
    {
        await _looking.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await service.ReadyAsync();
        }
        finally
        {
            _looking.Release();
        }
    }
}
