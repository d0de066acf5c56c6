using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Npgsql;

namespace Crm.Scale;

/// <summary>The service as its own process, with everything on, and the private PostgreSQL in its data folder.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private readonly Process _process;

    private Instance(Process process, string folder, Uri address) => (_process, Folder, Http) = (process, folder, new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(30) }) { BaseAddress = address });

    public string Folder { get; }

    public HttpClient Http { get; }

    /// <summary>The service's own process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The first process of its PostgreSQL.</summary>
    public int Postmaster => int.Parse(File.ReadLines(Path.Combine(Folder, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>The memory of the service's process that is in RAM, in MB; the database's is not among it.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    public static async Task<Instance> StartAsync(string program, string folder)
    {
        Directory.CreateDirectory(folder);
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        // Nobody reads the service's lines; a pipe would have to be.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" > /dev/null 2> \"$1\"", program, Path.Combine(folder, "service.log")]);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["CRM_DATA_DIR"] = folder,
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["ASPNETCORE_CONTENTROOT"] = Path.GetDirectoryName(program)!,
            // On, but never met; and a thousand organizations sign in.
            ["RateLimiting__PermitsPerMinute"] = "100000000",
            ["RateLimiting__AuthPermitsPerMinute"] = "100000000",
            ["Passwords__Iterations"] = "1000",
            ["Jwt__Minutes"] = "1440",
        }) start.Environment[name] = value;
        start.Environment.Remove("ConnectionStrings__Crm");
        var instance = new Instance(Process.Start(start)!, folder, address);
        for (var i = 0; i < 1_200; i++)
        {
            if (instance._process.HasExited) break;
            if (await instance.IsReadyAsync()) return instance;
            await Task.Delay(100);
        }
        var log = await File.ReadAllTextAsync(Path.Combine(folder, "service.log"));
        await instance.DisposeAsync();
        throw new InvalidOperationException($"The service does not start: {log}");
    }

    /// <summary>The database as its administrator, whom no policy binds.</summary>
    public NpgsqlDataSource Database() => DatabaseOf("postgres", "Superuser");

    /// <summary>The database as the service reaches it, which prepares what it sends often.</summary>
    public NpgsqlDataSource ServiceDatabase() => DatabaseOf("crm_app", "App", autoPrepare: 100);

    private NpgsqlDataSource DatabaseOf(string user, string password, int autoPrepare = 0)
    {
        var passwords = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "postgres.passwords")))!;
        var port = int.Parse(File.ReadLines(Path.Combine(Folder, "postgres", "postmaster.pid")).ElementAt(3), CultureInfo.InvariantCulture);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Database = "crm", Username = user, Password = (string)passwords[password]!,
            CommandTimeout = 0, MaxAutoPrepare = autoPrepare, AutoPrepareMinUsages = 3, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            using var kill = Process.Start("/bin/kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
