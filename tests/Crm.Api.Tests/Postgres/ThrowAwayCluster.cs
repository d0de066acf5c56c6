using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Crm.Api.Tests.Postgres;

/// <summary>A cluster in a temporary folder that does not wait for the disk and is gone afterwards.</summary>
internal sealed class ThrowAwayCluster : IAsyncDisposable
{
    private const string Prefix = "crm-test-";
    private static readonly Lazy<Task> Sweep = new(SweepAsync);

    private ThrowAwayCluster(string folder, EmbeddedCluster cluster) => (Folder, Cluster) = (folder, cluster);

    internal string Folder { get; }

    internal EmbeddedCluster Cluster { get; }

    internal static async Task<ThrowAwayCluster> StartAsync()
    {
        await Sweep.Value;
        var folder = NewFolder();
        return new ThrowAwayCluster(folder, await EmbeddedCluster.StartAsync(Options(folder), NullLogger.Instance));
    }

    /// <summary>Stops the server: fast, or immediate as a crash does.</summary>
    internal async Task StopAsync(string mode) => await (await ControlAsync()).StopAsync(mode);

    /// <summary>Starts the stopped server on its port.</summary>
    internal async Task StartAgainAsync() => await (await ControlAsync()).StartAsync(Options(Folder), default, Cluster.Port);

    /// <summary>A fresh path under the system's temporary folder, which every account can pass through.</summary>
    internal static string NewFolder() => Path.Combine(Path.GetTempPath(), Prefix + Guid.NewGuid().ToString("N"));

    internal static EmbeddedClusterOptions Options(string folder) => new() { DataDir = folder, Fsync = false };

    internal Task<(string Owner, string App)> NewDatabaseAsync(string kind = Databases.Usual) => Cluster.NewDatabaseAsync(kind);

    internal static string In(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database, Pooling = false }.ConnectionString;

    internal static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<ServerControl> ControlAsync()
    {
        var programs = await PostgresPrograms.FindAsync(default);
        return new ServerControl(new ClusterFiles(DataFolder.Open(Folder), programs), programs);
    }

    /// <summary>Test runs that were killed leave a running server and its folder behind: stop the one, delete the other.</summary>
    private static async Task SweepAsync()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), "crm-test*"))
        {
            try
            {
                // One that is being made at this moment has no lock yet.
                if (Directory.GetCreationTimeUtc(folder) > DateTime.UtcNow.AddMinutes(-10)) continue;
                if (Directory.Exists(Path.Combine(folder, "postgres"))) await (await EmbeddedCluster.StartAsync(Options(folder), NullLogger.Instance)).DisposeAsync();
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is StartupException or IOException or UnauthorizedAccessException)
            {
                // In use, or another user's.
            }
        }
    }
}

internal static class Databases
{
    internal const string Usual = "encoding 'UTF8' locale 'C.UTF-8'";

    /// <summary>An empty database of the owner, like the one roles.sql makes, and its two connection strings.</summary>
    internal static async Task<(string Owner, string App)> NewDatabaseAsync(this EmbeddedCluster cluster, string kind = Usual)
    {
        var name = "test_" + Guid.NewGuid().ToString("N");
        await ThrowAwayCluster.ExecuteAsync(cluster.SuperuserConnectionString, $"create database {name} owner crm_owner {kind} template template0");
        return (ThrowAwayCluster.In(cluster.OwnerConnectionString, name), ThrowAwayCluster.In(cluster.AppConnectionString, name));
    }
}

/// <summary>One cluster for the tests of this folder that only need databases.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    internal ThrowAwayCluster Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await ThrowAwayCluster.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
