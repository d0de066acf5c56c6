using System.Security.Cryptography;
using System.Text.Json;

namespace Crm.Infrastructure.Postgres;

/// <summary>What belongs to a cluster on disk: its folder, made by initdb, and its passwords.</summary>
internal sealed class ClusterFiles(DataFolder folder, PostgresPrograms programs)
{
    private const string PasswordFile = "postgres.passwords";

    private const string Settings =
        """

        # From here on: the service's own settings for a small machine. The port, fsync and max_connections come on the command line.
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        shared_buffers = 256MB
        effective_cache_size = 1GB
        work_mem = 16MB
        maintenance_work_mem = 128MB
        min_wal_size = 128MB
        max_wal_size = 2GB
        checkpoint_timeout = 15min
        random_page_cost = 1.1
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        # A refused statement is the service's to report; here it would leave personal data in a log.
        log_min_messages = log
        log_min_error_statement = panic
        log_error_verbosity = terse
        log_checkpoints = off
        """;

    internal string DataDir => folder.Path;

    internal string Cluster => Path.Combine(folder.Path, "postgres");

    internal string Log => Path.Combine(Cluster, "server.log");

    internal ClusterPasswords ReadPasswords() =>
        File.Exists(Path.Combine(folder.Path, PasswordFile))
            ? MakePasswords()
            : throw new StartupException($"{Cluster} exists, but its passwords ({Path.Combine(folder.Path, PasswordFile)}) are gone. Bring that file back.");

    /// <summary>Makes the cluster if there is none; afterwards the server's account can reach it.</summary>
    internal async Task<ClusterPasswords> PrepareAsync(bool fsync, CancellationToken ct)
    {
        var exists = File.Exists(Path.Combine(Cluster, "PG_VERSION"));
        if (Environment.IsPrivilegedProcess) await DemandPassableAsync(exists, ct);
        if (exists) return ReadPasswords();

        var passwords = MakePasswords();
        await InitialiseAsync(passwords, fsync, ct);
        return passwords;
    }

    private ClusterPasswords MakePasswords() =>
        JsonSerializer.Deserialize<ClusterPasswords>(folder.GetOrCreateText(PasswordFile, () => JsonSerializer.Serialize(ClusterPasswords.New())))!;

    private async Task InitialiseAsync(ClusterPasswords passwords, bool fsync, CancellationToken ct)
    {
        // Made aside and renamed: what an interrupted start leaves is never mistaken for a cluster.
        var draft = Cluster + ".new";
        var passwordFile = Path.Combine(folder.Path, "postgres.initial");
        if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        File.Delete(passwordFile);
        try
        {
            folder.Folder("postgres.new");
            DataFolder.WriteText(passwordFile, passwords.Superuser);
            await GiveToServerAsync([draft, passwordFile], ct);
            string[] sync = fsync ? [] : ["--no-sync"];
            var made = await programs.AsServerAsync("initdb",
                ["-D", draft, "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--data-checksums",
                    "--username=postgres", $"--pwfile={passwordFile}", .. sync], ct);
            if (made.ExitCode != 0) throw new StartupException($"initdb could not make {Cluster}:\n{made.Text}");
            await File.AppendAllTextAsync(Path.Combine(draft, "postgresql.conf"), Settings + "\n", ct);
            Directory.Move(draft, Cluster);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    private async Task DemandPassableAsync(bool exists, CancellationToken ct)
    {
        var folders = new List<string>();
        for (var parent = new DirectoryInfo(folder.Path); parent is not null; parent = parent.Parent) folders.Insert(0, parent.FullName);
        const string check = """
            cluster=$1; shift
            for folder do [ -x "$folder" ] || { echo "$folder"; exit 3; }; done
            [ ! -e "$cluster" ] || [ -O "$cluster" ] || exit 4
            """;
        var result = await PostgresPrograms.ShellAsServerAsync(["/bin/sh", "-c", check, "sh", Cluster, .. folders], ct);
        switch (result.ExitCode)
        {
            case 0: return;
            case 3:
                throw new StartupException(
                    $"PostgreSQL refuses to run as root, so it runs as the user {PostgresPrograms.ServerUser}, who cannot pass through {result.Output.Trim()} "
                    + $"to {folder.Path}. Either chmod o+x {result.Output.Trim()}, or set CRM_DATA_DIR to a folder that everybody can reach.");
            case 4 when exists: // made by a service that did not run as root
                await GiveToServerAsync(["-R", Cluster], ct);
                return;
            default:
                throw new StartupException(
                    $"PostgreSQL refuses to run as root, and running it as the user {PostgresPrograms.ServerUser} does not work:\n{result.Text}");
        }
    }

    private static async Task GiveToServerAsync(string[] args, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess) return;
        var result = await PostgresPrograms.RunAsync("chown", [PostgresPrograms.ServerUser, .. args], ct: ct);
        if (result.ExitCode != 0) throw new StartupException($"chown {PostgresPrograms.ServerUser}: {result.Text}");
    }
}

internal sealed record ClusterPasswords(string Superuser, string Owner, string App)
{
    internal static ClusterPasswords New() => new(Random(), Random(), Random());

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
