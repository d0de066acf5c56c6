using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Hands to the outbox what it was given for later, once that has come. Taking a row and handing it on is one statement, so instances work side by side and nothing is
/// lost or done twice; when a row is due is told by the database's clock.
/// </summary>
internal sealed partial class OutboxTimer(NpgsqlDataSource source, OutboxSignal signal, TimeProvider clock, ILogger<OutboxTimer> logger) : BackgroundService
{
    private const int AtOnce = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private const string Sql = """
        with due as (
          delete from crm.outbox_later d
          where (d.tenant_id, d.sink, d.id) in (select l.tenant_id, l.sink, l.id from crm.outbox_later l where l.due_at <= now() order by l.due_at limit @AtOnce for update skip locked)
          returning d.tenant_id, d.sink, d.id)
        insert into crm.outbox (id, tenant_id, event_id, sink, created_at, next_try_at)
        select gen_random_uuid(), tenant_id, id, sink, now(), now() from due
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var moved = 0;
            try
            {
                await using var connection = await source.OpenConnectionAsync(stoppingToken);
                moved = await connection.ExecuteAsync(new CommandDefinition(Sql, new { AtOnce }, cancellationToken: stoppingToken));
                if (moved > 0) signal.Raise();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotRead(e.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (moved < AtOnce) await Task.Delay(Look, clock, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What is due could not be read ({Error}); it is tried again in a second")]
    private partial void NotRead(string error);
}
