using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Postgres;

/// <summary>
/// Brings the private server back when it has died while the service serves: killed, out of memory, or a full disk. It comes back on its
/// port, so the service's connections find it, and recovers from its log as after any crash.
/// </summary>
internal sealed partial class ClusterGuard : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(4);
    private readonly CancellationTokenSource _stop = new();
    private readonly ClusterFiles _files;
    private readonly ServerControl _server;
    private readonly EmbeddedClusterOptions _options;
    private readonly int _port;
    private readonly ILogger _logger;
    private readonly Task _watch;

    internal ClusterGuard(ClusterFiles files, ServerControl server, EmbeddedClusterOptions options, int port, ILogger logger)
    {
        (_files, _server, _options, _port, _logger) = (files, server, options, port, logger);
        _watch = Task.Run(WatchAsync);
    }

    /// <summary>Stops watching; a start under way is waited for, so that whoever stops the server stops that one too.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watch;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        var (missed, wait) = (0, Look);
        while (await WaitAsync(wait))
        {
            if (Postmaster.Read(_files.Cluster) is { } running && running.IsRunning()) (missed, wait) = (0, Look);
            // Once is nothing: its file may just be being written.
            else if (++missed > 1) wait = await TryStartAsync() ? Look : wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task<bool> TryStartAsync()
    {
        try
        {
            LogGone(_files.Cluster);
            await _server.StartAsync(_options, CancellationToken.None, _port);
            LogBack(_port);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it is, the guard outlives it: nobody else would try again.
            LogStillGone(e);
            return false;
        }
    }

    private async Task<bool> WaitAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL in {Cluster} has died; it is started again")]
    private partial void LogGone(string cluster);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL is back on port {Port}")]
    private partial void LogBack(int port);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL does not start; it is tried again")]
    private partial void LogStillGone(Exception e);
}
