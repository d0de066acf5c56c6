using System.Text.Json;
using Crm.Api.Http;
using Crm.Infrastructure.Bus;
using Crm.Infrastructure.Persistence.Migrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Crm.Api.Operations;

/// <summary>Whether the process runs, whether it can serve, and what stands in its way. Needs no token and tells nothing but names and times.</summary>
internal static class Health
{
    public static IServiceCollection AddCrmHealth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<HealthCache>().AddHealthChecks()
            .AddCheck<DatabaseCheck>("database")
            .AddCheck<MigrationsCheck>("migrations");
        if (!string.IsNullOrWhiteSpace(configuration["RabbitMq:Uri"])) services.AddHealthChecks().AddCheck<BrokerCheck>("broker");
        return services;
    }

    public static void MapHealth(this WebApplication app)
    {
        var (cache, stopping) = (app.Services.GetRequiredService<HealthCache>(), app.Lifetime.ApplicationStopping);
        app.MapRead("/health/live", http => AnswerAsync(http, null, true, withChecks: false));
        app.MapRead("/health/ready", async http => await AnswerAsync(http, await cache.GetAsync(), !stopping.IsCancellationRequested, withChecks: false));
        app.MapRead("/health", async http => await AnswerAsync(http, await cache.GetAsync(), !stopping.IsCancellationRequested, withChecks: true));
    }

    /// <summary>A service that is about to stop says so first: whoever hands out requests then sends them elsewhere.</summary>
    private static Task AnswerAsync(HttpContext http, HealthReport? report, bool stays, bool withChecks)
    {
        var response = http.Response;
        var up = stays && (report is null or { Status: not HealthStatus.Unhealthy });
        response.StatusCode = up ? 200 : 503;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("status", up && report is { Status: HealthStatus.Degraded } ? "DEGRADED" : Word(up));
            if (withChecks)
            {
                writer.WriteStartArray("checks");
                foreach (var (name, check) in report!.Entries)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", name);
                    writer.WriteString("status", Word(check.Status == HealthStatus.Healthy));
                    writer.WriteNumber("durationMs", Math.Round(check.Duration.TotalMilliseconds, 3));
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        response.ContentLength = buffer.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Word(bool up) => up ? "UP" : "DOWN";
}

/// <summary>One round of checks a second at most, however often anybody asks. A change is logged, once.</summary>
internal sealed partial class HealthCache(HealthCheckService checks, TimeProvider clock, ILogger<HealthCache> logger)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private Task<HealthReport>? _report;
    private long _asked; // measured: the clock may be set
    private string _down = "";

    public Task<HealthReport> GetAsync()
    {
        lock (_gate)
        {
            if (_report is { IsCompleted: false } || (_report is not null && clock.GetElapsedTime(_asked) < Age)) return _report;
            _asked = clock.GetTimestamp();
            return _report = Task.Run(CheckAsync);
        }
    }

    private async Task<HealthReport> CheckAsync()
    {
        var report = await checks.CheckHealthAsync();
        var down = string.Join(", ", report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).Select(e => e.Key));
        if (down == _down) return report;
        if (down.Length > 0) NotReady(down);
        else ReadyAgain();
        _down = down;
        return report;
    }

    [LoggerMessage(LogLevel.Error, "Not ready: {Checks}")]
    private partial void NotReady(string checks);

    [LoggerMessage(LogLevel.Warning, "Ready again")]
    private partial void ReadyAgain();
}

/// <summary>How long a check may take. The driver does not let itself be interrupted while it connects, so nobody waits for it.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static Task<T> Within<T>(this Task<T> check, CancellationToken ct) => check.WaitAsync(Limit, ct);
}

/// <summary>The database answers.</summary>
internal sealed class DatabaseCheck(NpgsqlDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await AskAsync(cancellationToken).Within(cancellationToken);
        return HealthCheckResult.Healthy();
    }

    private async Task<object?> AskAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand("select 1");
        return await command.ExecuteScalarAsync(ct);
    }
}

/// <summary>Every migration of this program is applied: another instance may have taken one back.</summary>
internal sealed class MigrationsCheck(NpgsqlDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await Migrator.IsUpToDateAsync(source, cancellationToken).Within(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}

/// <summary>The broker answers. Without it events wait in the log and everything else goes on: the service is degraded, not down.</summary>
internal sealed class BrokerCheck(IBroker broker) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await PingAsync(cancellationToken).Within(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded();
        }
    }

    private async Task<HealthCheckResult> PingAsync(CancellationToken ct)
    {
        await broker.PingAsync(ct);
        return HealthCheckResult.Healthy();
    }
}
