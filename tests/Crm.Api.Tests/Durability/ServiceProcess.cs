using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Durability;

/// <summary>The program itself on a data folder and PostgreSQL of its own (fsync on), which a test may kill.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly int _port = FreePort();
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    private ServiceProcess(string folder, Dictionary<string, string> settings) => (Folder, _settings) = (folder, settings);

    public string Folder { get; }

    public ApiClient Api { get; private set; } = null!;

    public static async Task<ServiceProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("crm-test-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var service = new ServiceProcess(folder, settings.ToDictionary(s => s.Name, s => s.Value));
        await service.StartAsync();
        return service;
    }

    /// <summary>Starts, or starts again, and waits until ready.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Crm.Api")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CRM_DATA_DIR"] = Folder;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_port}";
        start.Environment["RateLimiting__Enabled"] = "false";
        start.Environment.Remove("ConnectionStrings__Crm");
        foreach (var (name, value) in _settings) start.Environment[name] = value;
        _process = Process.Start(start)!;
        var output = new List<string?>();
        _process.OutputDataReceived += (_, e) => { lock (output) output.Add(e.Data); };
        _process.ErrorDataReceived += (_, e) => { lock (output) output.Add(e.Data); };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(30) };
        Api = new ApiClient(http, null);
        var patience = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited || patience.Elapsed > TimeSpan.FromMinutes(2))
                lock (output) throw new InvalidOperationException($"The service did not become ready:\n{string.Join('\n', output.TakeLast(30))}");
            if (await IsReadyAsync(http)) return;
            await Task.Yield();
        }
    }

    /// <summary>Kills the service and its PostgreSQL with SIGKILL, as a power cut would.</summary>
    public async Task KillAsync()
    {
        var victims = new List<Process> { _process! };
        if (await PostmasterAsync() is { } postmaster) victims.AddRange([Process.GetProcessById(postmaster), .. Children(postmaster)]);
        foreach (var victim in victims) TryKill(victim);
        foreach (var victim in victims) await victim.WaitForExitAsync();
    }

    /// <summary>Holds PostgreSQL: it takes no connection and has none left. The answer lets it go on.</summary>
    public async Task<IDisposable> HoldDatabaseAsync()
    {
        var postmaster = (await PostmasterAsync())!.Value;
        Process.Start("kill", $"-STOP {postmaster}").WaitForExit();
        foreach (var child in Children(postmaster)) TryKill(child);
        return new Held(postmaster);
    }

    /// <summary>Stops with SIGTERM and gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Process.Start("kill", $"-TERM {_process!.Id}").WaitForExit();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await StopAsync();
        if (File.Exists(Path.Combine(Folder, "postgres", "postmaster.pid"))) await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<int?> PostmasterAsync()
    {
        var file = Path.Combine(Folder, "postgres", "postmaster.pid");
        return File.Exists(file) && int.TryParse((await File.ReadAllLinesAsync(file))[0], out var id) ? id : null;
    }

    private static IReadOnlyList<Process> Children(int parent) => [.. Process.GetProcesses().Where(p => ParentOf(p.Id) == parent)];

    private sealed class Held(int postmaster) : IDisposable
    {
        public void Dispose() => Process.Start("kill", $"-CONT {postmaster}").WaitForExit();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void TryKill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It is gone already.
        }
    }

    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
