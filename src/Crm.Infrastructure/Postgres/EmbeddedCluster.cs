using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Postgres;

/// <summary>
/// A private PostgreSQL in the data folder, so that nothing has to be set up first. One process starts it and stops it again;
/// what a killed process left running is taken over.
/// </summary>
public sealed partial class EmbeddedCluster : IAsyncDisposable
{
    private readonly DataFolderLock? _lock;
    private readonly ServerControl? _server;
    private readonly ClusterPasswords _passwords;
    private Func<ILogger, ClusterGuard>? _guard;
    private int _disposed;

    private EmbeddedCluster(DataFolderLock? folderLock, ServerControl? server, ClusterPasswords passwords, int port, bool madeNow)
    {
        (_lock, _server, _passwords, Port, MadeNow) = (folderLock, server, passwords, port, madeNow);
        if (server is not null) AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public int Port { get; }

    /// <summary>True if there was no cluster before.</summary>
    public bool MadeNow { get; }

    /// <summary>The service's login: neither owner nor superuser, always under row-level security.</summary>
    public string AppConnectionString => Connection("crm", "crm_app", _passwords.App);

    /// <summary>The owner of the schema, for migrations only.</summary>
    public string OwnerConnectionString => Connection("crm", "crm_owner", _passwords.Owner);

    public string SuperuserConnectionString => Connection("crm", "postgres", _passwords.Superuser);

    /// <summary>Whether there is a cluster in a data folder.</summary>
    public static bool IsIn(string dataDir) => Directory.Exists(Path.Combine(dataDir, "postgres"));

    /// <summary>Makes the cluster if need be and starts it, recovering after a crash. Throws <see cref="StartupException"/>.</summary>
    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, ILogger logger, CancellationToken ct = default)
    {
        var folder = DataFolder.Open(options.DataDir);
        var folderLock = DataFolderLock.Acquire(folder.Path);
        ServerControl? server = null;
        try
        {
            var clock = Stopwatch.StartNew();
            var programs = await PostgresPrograms.FindAsync(ct);
            var files = new ClusterFiles(folder, programs);
            var isNew = !Directory.Exists(files.Cluster);
            var passwords = await files.PrepareAsync(options.Fsync, ct);

            // From here on nothing is cancelled half-way: a server whose start was interrupted would be nobody's.
            server = new ServerControl(files, programs);
            var port = await AdoptAsync(files, server, passwords, options.StartTimeout, logger) ?? await server.StartAsync(options, CancellationToken.None);
            ct.ThrowIfCancellationRequested();
            await ClusterRoles.EnsureAsync(files, programs, passwords, port, ct);
            LogReady(logger, files.Cluster, port, clock.ElapsedMilliseconds);
            return new EmbeddedCluster(folderLock, server, passwords, port, isNew) { _guard = log => new ClusterGuard(files, server, options, port, log) };
        }
        catch
        {
            if (server is not null) await server.StopAsync();
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Connects to the cluster another process of ours is running; disposing leaves it running.</summary>
    public static async Task<EmbeddedCluster> AttachAsync(EmbeddedClusterOptions options, CancellationToken ct = default)
    {
        var programs = await PostgresPrograms.FindAsync(ct);
        var files = new ClusterFiles(DataFolder.Open(options.DataDir), programs);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < options.StartTimeout; await Task.Delay(100, ct))
        {
            if (Postmaster.Read(files.Cluster) is not { } running || !running.IsRunning()) continue;
            var cluster = new EmbeddedCluster(null, null, files.ReadPasswords(), running.Port, madeNow: false);
            if (await AnswerAsync(cluster.AppConnectionString) == Answer.Ready) return cluster;
        }

        throw new StartupException($"The service that holds {options.DataDir} has no PostgreSQL that answers.");
    }

    /// <summary>From now on, until what it answers is disposed, a server of ours that dies is started again.</summary>
    public IAsyncDisposable? Guard(ILogger logger) => _guard?.Invoke(logger);

    /// <summary>Stops the server if it is ours, and frees the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        try
        {
            if (_server is not null) await _server.StopAsync();
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _server?.StopWithoutWaiting();
    }

    /// <summary>The port of a server that was left running on our folder, or null if there is none to take over.</summary>
    private static async Task<int?> AdoptAsync(ClusterFiles files, ServerControl server, ClusterPasswords passwords, TimeSpan timeout, ILogger logger)
    {
        var clock = Stopwatch.StartNew();
        while (Postmaster.Read(files.Cluster) is { } running && running.IsRunning())
        {
            var answer = await AnswerAsync(Connection(running.Port, "postgres", "postgres", passwords.Superuser));
            if (answer == Answer.Ready)
            {
                LogAdopted(logger, running.ProcessId);
                return running.Port;
            }

            // Recovering or shutting down are matters of time; a server that does not take our password is restarted.
            if (answer == Answer.Refused || clock.Elapsed > timeout) await server.StopAsync();
            else await Task.Delay(100);
        }

        return null;
    }

    private static async Task<Answer> AnswerAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Timeout=5");
            await connection.OpenAsync();
            return Answer.Ready;
        }
        catch (PostgresException e)
        {
            return e.SqlState == PostgresErrorCodes.CannotConnectNow ? Answer.NotYet : Answer.Refused;
        }
        catch (NpgsqlException)
        {
            return Answer.NotYet;
        }
    }

    private string Connection(string database, string user, string password) => Connection(Port, database, user, password);

    // Neither TLS nor Kerberos is tried on the way to ourselves.
    private static string Connection(int port, string database, string user, string password) =>
        $"Host=127.0.0.1;Port={port};Database={database};Username={user};Password={password};SSL Mode=Disable;GSS Encryption Mode=Disable";

    private enum Answer { Ready, NotYet, Refused }

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL runs in {Cluster} on port {Port} after {Milliseconds} ms")]
    private static partial void LogReady(ILogger logger, string cluster, int port, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took over the PostgreSQL (process {ProcessId}) that an earlier run left behind")]
    private static partial void LogAdopted(ILogger logger, int processId);
}
