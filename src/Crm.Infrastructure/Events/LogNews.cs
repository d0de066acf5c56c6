using System.Collections.Concurrent;
using System.Threading.Channels;
using Crm.Application.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Tells those who follow the log on this instance whose log goes on, whichever instance wrote to it. It is a hint that may get lost: who relies on it looks
/// by himself once in a while, too.
/// </summary>
internal sealed class LogNews
{
    private readonly ConcurrentDictionary<object, Action<Guid?>> _readers = new();

    /// <summary>Calls back with the tenant, or with null when anybody's log may go on. Quickly: a commit waits for it. Until disposed.</summary>
    public IDisposable Subscribe(Action<Guid?> reader)
    {
        var key = new object();
        _readers[key] = reader;
        return new Subscription(() => _readers.TryRemove(key, out _));
    }

    /// <summary>Spreads the news on this instance.</summary>
    public void Tell(Guid? tenantId)
    {
        foreach (var reader in _readers.Values) reader(tenantId);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>Hears of this instance's commits: tells the readers here at once, and the other instances soon.</summary>
internal sealed class TellOfCommits(LogNews news, LogAnnouncements announcements) : IEventListener
{
    public Task HearAsync(EventNotice notice, CancellationToken ct)
    {
        news.Tell(notice.TenantId);
        announcements.Add(notice.TenantId);
        return Task.CompletedTask;
    }
}

/// <summary>Whose log has gone on here since the other instances were last told.</summary>
internal sealed class LogAnnouncements
{
    private readonly ConcurrentDictionary<Guid, bool> _tenants = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Add(Guid tenantId)
    {
        if (_tenants.TryAdd(tenantId, true)) _wake.Writer.TryWrite(true);
    }

    /// <summary>Waits until there is something to tell.</summary>
    public async Task<IReadOnlyList<Guid>> TakeAsync(CancellationToken ct)
    {
        await _wake.Reader.ReadAsync(ct);
        var taken = _tenants.Keys.ToList();
        foreach (var tenant in taken) _tenants.TryRemove(tenant, out _);
        return taken;
    }
}

/// <summary>
/// Tells other instances by NOTIFY, outside of any write transaction, where it would make commits wait for each other, and at most every 5 ms; and
/// listens to theirs.
/// </summary>
internal sealed partial class LogAnnouncer(NpgsqlDataSource source, LogNews news, LogAnnouncements announcements, ICache cache, TimeProvider clock, ILogger<LogAnnouncer> logger) : BackgroundService
{
    /// <summary>Where it is told that an organization was suspended or let in, or changed its plan: what is cached of it is forgotten.</summary>
    public const string TenantChannel = "crm_tenants";

    private const string Channel = "crm_log";

    // An id in hexadecimal and a comma: as many as PostgreSQL takes in a payload of 8,000 bytes, with room for our own name.
    private const int MostTenants = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5), Retry = TimeSpan.FromSeconds(1);
    private readonly string _self = Guid.NewGuid().ToString("N");

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ForEverAsync(AnnounceAsync, stoppingToken), ForEverAsync(ListenAsync, stoppingToken));

    private async Task AnnounceAsync(CancellationToken ct)
    {
        while (true)
        {
            var tenants = await announcements.TakeAsync(ct);
            await using (var connection = await source.OpenConnectionAsync(ct))
            {
                await using var command = new NpgsqlCommand("select pg_notify($1, $2)", connection);
                command.Parameters.Add(new() { Value = Channel });
                command.Parameters.Add(new() { Value = $"{_self}:{(tenants.Count > MostTenants ? "*" : string.Join(',', tenants.Select(t => t.ToString("N"))))}" });
                await command.ExecuteNonQueryAsync(ct);
            }
            await Task.Delay(Pause, clock, ct);
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        // Kept for as long as the service runs; given back to the pool it must not listen any more.
        await using var connection = await source.OpenConnectionAsync(ct);
        connection.Notification += (_, notification) => Hear(notification.Channel, notification.Payload);
        try
        {
            await using (var listen = new NpgsqlCommand($"listen {Channel}; listen {TenantChannel}", connection)) await listen.ExecuteNonQueryAsync(ct);
            // Whatever was announced while nobody listened.
            news.Tell(null);
            while (true) await connection.WaitAsync(ct);
        }
        finally
        {
            await ForgetAsync(connection);
        }
    }

    private void Hear(string channel, string payload)
    {
        if (channel == TenantChannel)
        {
            if (Guid.TryParseExact(payload, "N", out var changed)) cache.Forget(CallerCache.Prefix(changed));
            return;
        }
        var (sender, tenants) = payload.IndexOf(':') is > 0 and var colon ? (payload[..colon], payload[(colon + 1)..]) : ("", "*");
        if (sender == _self) return;
        if (tenants == "*") news.Tell(null);
        else
            foreach (var tenant in tenants.Split(','))
                if (Guid.TryParseExact(tenant, "N", out var id)) news.Tell(id);
    }

    private static async Task ForgetAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand("unlisten *", connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // It is broken, and does not go back into the pool.
        }
    }

    private async Task ForEverAsync(Func<CancellationToken, Task> act, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
            try
            {
                await act(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Interrupted(e.GetType().Name);
                await Task.Delay(Retry, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
            }
    }

    [LoggerMessage(LogLevel.Warning, "Announcing the log is interrupted ({Error}); it goes on in a second, and followers look by themselves meanwhile")]
    private partial void Interrupted(string error);
}
