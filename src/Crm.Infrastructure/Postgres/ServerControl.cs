using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Crm.Infrastructure.Postgres;

/// <summary>Starts and stops the server of one cluster with pg_ctl, which puts it into a session of its own: Ctrl-C on the terminal does not reach it.</summary>
internal sealed class ServerControl(ClusterFiles files, PostgresPrograms programs)
{
    private const long LogLimit = 10_000_000;

    /// <summary>Starts the server, recovering if it was killed, and returns its port: the one named, else a free one.</summary>
    internal async Task<int> StartAsync(EmbeddedClusterOptions options, CancellationToken ct, int? samePort = null)
    {
        // The server itself would take a stale file for a running server as soon as any process has its number.
        File.Delete(Postmaster.FileIn(files.Cluster));
        if (File.Exists(files.Log) && new FileInfo(files.Log).Length > LogLimit) File.Move(files.Log, files.Log + ".1", overwrite: true);

        var clock = Stopwatch.StartNew();
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var port = samePort ?? FreePort();
            var logged = File.Exists(files.Log) ? new FileInfo(files.Log).Length : 0;
            var result = await programs.AsServerAsync("pg_ctl",
                ["start", "-D", files.Cluster, "-l", files.Log, "-s", "-w", "-t", $"{options.StartTimeout.TotalSeconds:0}", "-o", Arguments(options, port)], ct);
            if (result.ExitCode == 0) return port;

            var log = await NewTextAsync(files.Log, logged, ct);
            var portTaken = log.Contains("could not bind") || log.Contains("could not create any TCP/IP sockets");
            var orphansLeft = log.Contains("pre-existing shared memory block");
            if (clock.Elapsed > options.StartTimeout || !(portTaken || orphansLeft))
                throw new StartupException($"PostgreSQL did not start in {files.Cluster}:\n{result.Text}\n{log}".TrimEnd());

            if (orphansLeft && clock.Elapsed > TimeSpan.FromSeconds(1)) Postmaster.KillOrphans(files.Cluster);
            await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
        }
    }

    /// <summary>
    /// Fast: sessions are cut, transactions rolled back, everything is written, and the next start has nothing to recover. Immediate is
    /// a crash on purpose.
    /// </summary>
    internal async Task StopAsync(string mode = "fast")
    {
        var result = await programs.AsServerAsync("pg_ctl", ["stop", "-D", files.Cluster, "-m", mode, "-s", "-w", "-t", "60"]);
        if (result.ExitCode != 0 && Postmaster.Read(files.Cluster)?.IsRunning() == true)
            throw new StartupException($"PostgreSQL in {files.Cluster} did not stop: {result.Text}");
    }

    /// <summary>For a process that is ending by itself and cannot wait any more.</summary>
    internal void StopWithoutWaiting() =>
        programs.AsServerAsync("pg_ctl", ["stop", "-D", files.Cluster, "-m", "fast", "-s", "-W"]).GetAwaiter().GetResult();

    private static string Arguments(EmbeddedClusterOptions options, int port)
    {
        var durable = options.Fsync ? "on" : "off";
        return $"-p {port} -c max_connections={options.MaxConnections} -c synchronous_commit=on -c fsync={durable} -c full_page_writes={durable}";
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<string> NewTextAsync(string file, long from, CancellationToken ct)
    {
        if (!File.Exists(file)) return "";
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(Math.Min(from, stream.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(ct);
    }
}
