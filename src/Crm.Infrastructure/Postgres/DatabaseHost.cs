using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Recovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Postgres;

/// <summary>
/// The database the service works on: the one that <c>ConnectionStrings:Crm</c> names, else the embedded cluster in the data folder.
/// The only place that knows the difference.
/// </summary>
public sealed class DatabaseHost : IAsyncDisposable
{
    private readonly EmbeddedCluster? _cluster;

    private DatabaseHost(string app, string? owner, EmbeddedCluster? cluster) =>
        (AppConnectionString, OwnerConnectionString, _cluster) = (app, owner, cluster);

    public string AppConnectionString { get; }

    /// <summary>For migrations. Null with an external database whose owner is not named here.</summary>
    public string? OwnerConnectionString { get; }

    public bool IsEmbedded => _cluster is not null;

    /// <summary>
    /// For serving: the database runs, is safe, and its schema is up to date (embedded: is brought up to date). Throws <see cref="StartupException"/>.
    /// A signal to stop while it starts throws <see cref="OperationCanceledException"/> and leaves nothing running.
    /// </summary>
    public static async Task<DatabaseHost> StartAsync(IConfiguration configuration, ILogger logger, CancellationToken ct = default)
    {
        using var stop = new StopSignals(ct);
        var folder = DataFolder.Open(configuration);
        RestoreFolder.RefuseUnfinished(folder);
        var host = await StartAsync(configuration, logger, stop);
        RestoreFolder.Forget(folder);
        return host;
    }

    private static async Task<DatabaseHost> StartAsync(IConfiguration configuration, ILogger logger, StopSignals stop)
    {
        if (External(configuration) is { } external)
        {
            await DatabaseRules.RefuseUnsafeAsync(external.AppConnectionString, stop.Token);
            if (!await Migrator.IsUpToDateAsync(external.AppConnectionString, stop.Token))
                throw new StartupException("The database's schema is not the one of this program. Run: ./run migrate up (with ConnectionStrings__CrmOwner set)");
            return external;
        }

        var host = Of(await EmbeddedCluster.StartAsync(Options(configuration), logger, stop.Token));
        try
        {
            if (!await Migrator.IsUpToDateAsync(host.AppConnectionString, stop.Token))
                await new Migrator(host.OwnerConnectionString!).UpAsync(stop.Token);
            await DatabaseRules.RefuseUnsafeAsync(host.AppConnectionString, stop.Token);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>For a restore: the database, whatever is in it. Throws <see cref="DataFolderInUseException"/> when somebody works on the data folder's cluster.</summary>
    public static async Task<DatabaseHost> OpenAloneAsync(IConfiguration configuration, ILogger logger, CancellationToken ct = default) =>
        External(configuration) ?? Of(await EmbeddedCluster.StartAsync(Options(configuration), logger, ct));

    /// <summary>
    /// For the command line: the database as it is, whatever its schema. An embedded cluster that a running service holds is shared with it; with
    /// <paramref name="mustExist"/> none is made.
    /// </summary>
    public static async Task<DatabaseHost> OpenAsync(IConfiguration configuration, ILogger logger, bool mustExist = false, CancellationToken ct = default)
    {
        if (External(configuration) is { } external) return external;
        var options = Options(configuration);
        if (mustExist && !EmbeddedCluster.IsIn(options.DataDir))
            throw new StartupException($"There is no database in {options.DataDir}. CRM_DATA_DIR names the data folder; ConnectionStrings__Crm and ConnectionStrings__CrmOwner another PostgreSQL.");
        try
        {
            return Of(await EmbeddedCluster.StartAsync(options, logger, ct));
        }
        catch (DataFolderInUseException)
        {
            return Of(await EmbeddedCluster.AttachAsync(options, ct));
        }
    }

    /// <summary>While serving, until what it answers is disposed: an embedded cluster that dies is brought back. A database elsewhere is others' to look after.</summary>
    public IAsyncDisposable? Guard(ILogger logger) => _cluster?.Guard(logger);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    private static DatabaseHost Of(EmbeddedCluster cluster) => new(cluster.AppConnectionString, cluster.OwnerConnectionString, cluster);

    private static DatabaseHost? External(IConfiguration configuration) =>
        configuration.GetConnectionString("Crm") is { Length: > 0 } app
            ? new DatabaseHost(app, configuration.GetConnectionString("CrmOwner") is { Length: > 0 } owner ? owner : null, null)
            : null;

    private static EmbeddedClusterOptions Options(IConfiguration configuration) => new()
    {
        DataDir = DataFolder.Open(configuration).Path,
        // Written down for tests only; see operations.md.
        Fsync = configuration.GetValue("Postgres:Fsync", true),
    };
}
