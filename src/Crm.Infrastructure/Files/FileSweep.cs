using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Files;

/// <summary>Once an hour, deletes content that never became a file, and drafts that a crash left in this instance's folder.</summary>
internal sealed partial class FileSweep(IServiceScopeFactory scopes, ContentFolders folders, TimeProvider clock, ILogger<FileSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    /// <summary>One round. Never fails: what could not be deleted is still written down.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var swept = await scope.ServiceProvider.GetRequiredService<FileDrafts>().SweepAsync(ct);
            swept += folders.Own.DiscardOlderThan(clock.GetUtcNow() - FileDrafts.Life);
            if (swept > 0) Swept(swept);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NotSwept(e);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} pieces of content that never became a file were deleted")]
    private partial void Swept(int count);

    [LoggerMessage(LogLevel.Error, "Content that never became a file could not be deleted; it is tried again in an hour")]
    private partial void NotSwept(Exception e);
}
