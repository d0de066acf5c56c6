using Dapper;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>The epoch of the log: raised by a restore, so that positions only ever grow. Read once, before the first request.</summary>
internal sealed class LogEpoch(NpgsqlDataSource source) : IHostedService
{
    /// <summary>The epoch new events are written in.</summary>
    public long Current { get; private set; } = 1;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        Current = await connection.ExecuteScalarAsync<long>(new CommandDefinition("select epoch from crm.service_state", cancellationToken: cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
