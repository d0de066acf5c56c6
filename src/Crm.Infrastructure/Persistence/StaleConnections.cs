using System.Data;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// A pooled connection whose session has ended meanwhile (the server was restarted, a failover, an administrator) is found out at its
/// first use. Where nothing has been done on it yet nobody needs to be told: the pool is emptied, for the others are as old, and it is tried once more.
/// </summary>
internal static class StaleConnections
{
    /// <summary>True when the connection broke, rather than a statement failing or taking too long.</summary>
    public static bool IsStale(this NpgsqlConnection? connection, NpgsqlException e) =>
        connection is { State: not ConnectionState.Open } && e.InnerException is not TimeoutException;

    /// <summary>Reads on a connection of the pool; what is given may run twice, so it must change nothing, or nothing more the second time.</summary>
    public static async Task<T> ReadAsync<T>(this NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
    {
        await using (var connection = await source.OpenConnectionAsync(ct))
        {
            try
            {
                return await read(connection);
            }
            catch (NpgsqlException e) when (connection.IsStale(e))
            {
                source.Clear();
            }
        }
        await using var fresh = await source.OpenConnectionAsync(ct);
        return await read(fresh);
    }
}
