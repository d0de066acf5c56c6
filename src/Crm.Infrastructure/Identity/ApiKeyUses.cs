using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// When keys were last used. A request only leaves the moment in memory; the first use of a key is written down within seconds, later ones
/// once a minute, all of them in one statement each, and what is left when the service stops. No request waits for any of it.
/// </summary>
internal sealed partial class ApiKeyUses(NpgsqlDataSource source, TimeProvider clock, ILogger<ApiKeyUses> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromMinutes(1), Forget = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(Guid TenantId, Guid ApiKeyId), Use> _uses = new();

    /// <summary>The key was used now.</summary>
    public void Note(Guid tenantId, Guid apiKeyId) => _uses.GetOrAdd((tenantId, apiKeyId), static _ => new Use()).Last = clock.GetUtcNow();

    /// <summary>Writes down what is due, or all there is.</summary>
    public async Task WriteAsync(bool all, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        // In one order, so that two instances that write the same keys do not wait for each other in a ring.
        var due = _uses.Where(u => u.Value.Last > u.Value.Written && (all || now - u.Value.Written >= Pause))
            .Select(u => (u.Key, u.Value, u.Value.Last)).OrderBy(u => u.Key.TenantId).ThenBy(u => u.Key.ApiKeyId).ToList();
        foreach (var tenant in due.GroupBy(u => u.Key.TenantId)) await WriteAsync(tenant.Key, [.. tenant.Select(u => u.Key.ApiKeyId)], [.. tenant.Select(u => u.Last)], ct);
        foreach (var (_, use, last) in due) use.Written = last;
        foreach (var (key, use) in _uses)
            if (use.Written >= use.Last && now - use.Last > Forget) _uses.TryRemove(key, out _);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(all: true, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryWriteAsync(all: false, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The service stops; what is left is written then.
        }
    }

    private async Task WriteAsync(Guid tenantId, Guid[] keys, DateTimeOffset[] moments, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Persistence.TenantSession.SetTenant + """
            update crm.api_keys k set last_used_at = greatest(k.last_used_at, u.at)
            from unnest(@Keys, @Moments) u (id, at)
            where k.tenant_id = @TenantId and k.id = u.id
            """, new { TenantText = tenantId.ToString(), TenantId = tenantId, Keys = keys, Moments = moments }, cancellationToken: ct));
    }

    /// <summary>What cannot be written now is written the next time.</summary>
    private async Task TryWriteAsync(bool all, CancellationToken ct)
    {
        try
        {
            await WriteAsync(all, ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            NotWritten(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "When API keys were last used could not be written; it will be tried again")]
    private partial void NotWritten(Exception e);

    private sealed class Use
    {
        public DateTimeOffset Last { get; set; }
        public DateTimeOffset Written { get; set; }
    }
}
