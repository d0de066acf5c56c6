using System.Threading.Channels;
using Crm.Application.Events;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Streams;

/// <summary>
/// The one reader of a tenant's log on this instance, while anybody streams it: each event is read once and written once, however many get it. It
/// reads when there is news, once a second in any case, and again within milliseconds while a transaction still running holds events back.
/// </summary>
internal sealed partial class LogTail : IDisposable
{
    private const int Piece = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1), Soon = TimeSpan.FromMilliseconds(1), Later = TimeSpan.FromMilliseconds(64);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _left = new();
    private readonly (Guid TenantId, LogReader Log, SystemCallers Callers, TimeProvider Clock, ILogger Logger) _of;

    public LogTail(Guid tenantId, LogPosition end, LogReader log, SystemCallers callers, TimeProvider clock, ILogger logger)
    {
        (_of, Window) = ((tenantId, log, callers, clock, logger), new TailWindow(end));
        _ = Task.Run(() => RunAsync(_left.Token));
    }

    /// <summary>The end of the log.</summary>
    public TailWindow Window { get; }

    /// <summary>How many streams there are; counted by whoever opens them.</summary>
    public int Readers { get; set; }

    /// <summary>There may be news.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public void Dispose() => _left.Cancel();

    private async Task RunAsync(CancellationToken left)
    {
        var soon = Soon;
        while (!left.IsCancellationRequested)
            try
            {
                var before = Window.End;
                var undecided = await ReadAsync(left);
                // Longer and longer only while it is the same transaction that holds events back.
                soon = undecided && Window.End == before ? TimeSpan.FromTicks(Math.Min(soon.Ticks * 2, Later.Ticks)) : Soon;
                await WaitAsync(undecided ? soon : Look, left);
            }
            catch (OperationCanceledException) when (left.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                NotRead(_of.Logger, _of.TenantId, (PostgresErrors.Translate(e) ?? e).GetType().Name);
                await Task.Delay(Look, _of.Clock, left).ContinueWith(_ => { }, TaskScheduler.Default);
            }
    }

    /// <summary>Reads to the end; true when there is more that cannot be shown yet.</summary>
    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            if (await _of.Callers.FindAsync(_of.TenantId, ct) is not { } service) return false;
            var page = await _of.Log.ReadAsync(service, Window.End, Piece, ct);
            Window.Add([.. page.Events.Select(e => new StreamedEvent(e))], page.Next);
            if (!page.More) return page.Undecided;
        }
    }

    private async Task WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var waking = _wake.Reader.WaitToReadAsync(limit.Token).AsTask();
        await Task.WhenAny(waking, Task.Delay(longest, _of.Clock, limit.Token));
        await limit.CancelAsync();
        _wake.Reader.TryRead(out _);
        ct.ThrowIfCancellationRequested();
    }

    [LoggerMessage(LogLevel.Warning, "The log of tenant {TenantId} could not be read for its streams ({Error}); it is tried again in a second")]
    private static partial void NotRead(ILogger logger, Guid tenantId, string error);
}
