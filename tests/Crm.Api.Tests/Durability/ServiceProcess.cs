using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Recovery;
using Crm.Infrastructure.Postgres;

namespace Crm.Api.Tests.Durability;

/// <summary>
/// The program itself, which a test may stop and kill: on a data folder and PostgreSQL of its own (fsync on), or on the database that
/// the setting <c>ConnectionStrings__Crm</c> names.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly int _port = FreePort();
    private readonly Dictionary<string, string> _settings;
    private readonly List<string?> _output = [];
    private readonly bool _ownsFolder;
    private Process? _process;

    private ServiceProcess(string folder, bool ownsFolder, IEnumerable<(string Name, string Value)> settings) =>
        (Folder, _ownsFolder, _settings) = (folder, ownsFolder, settings.ToDictionary(s => s.Name, s => s.Value));

    public string Folder { get; }

    public ApiClient Api { get; private set; } = null!;

    /// <summary>Where PostgreSQL's files are.</summary>
    public string Cluster => Path.Combine(Folder, "postgres");

    /// <summary>The service's own process.</summary>
    public int Id => _process!.Id;

    public static Task<ServiceProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("crm-test-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return StartAsync(new ServiceProcess(folder, true, settings));
    }

    /// <summary>On a folder that is the test's to make and remove.</summary>
    public static Task<ServiceProcess> StartInAsync(string folder, params (string Name, string Value)[] settings) => StartAsync(new ServiceProcess(folder, false, settings));

    /// <summary>Starts, or starts again, and waits until ready.</summary>
    public async Task StartAsync()
    {
        // To write past a limit on the size of files ends in an error instead of a signal: like a disk that is full.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; exec \"$0\"", Path.Combine(AppContext.BaseDirectory, "Crm.Api")]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["CRM_DATA_DIR"] = Folder;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_port}";
        start.Environment["RateLimiting__Enabled"] = "false";
        start.Environment.Remove("ConnectionStrings__Crm");
        foreach (var (name, value) in _settings) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(100) };
        Api = new ApiClient(http, null);
        await Eventually.Async(async () => _process.HasExited || await StatusAsync("/health/ready") == 200, "The service did not become ready", TimeSpan.FromMinutes(2));
        if (_process.HasExited) throw new InvalidOperationException($"The service did not start:\n{Output}");
    }

    /// <summary>The last lines the service wrote.</summary>
    public string Output
    {
        get { lock (_output) return string.Join('\n', _output.TakeLast(30)); }
    }

    /// <summary>What the service called an error, lately.</summary>
    public string Errors
    {
        get { lock (_output) return string.Join('\n', _output.Where(line => line?.Contains("\"ERROR\"", StringComparison.Ordinal) == true).TakeLast(10)); }
    }

    /// <summary>The status of an address, over a connection of its own; null when none is taken.</summary>
    public async Task<int?> StatusAsync(string path)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = Api.Http.BaseAddress, Timeout = TimeSpan.FromSeconds(10) };
            using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Waits until the service says that it is ready, or that it is not.</summary>
    public Task ReadyAsync(bool ready = true) => Eventually.Async(async () => await StatusAsync("/health/ready") == (ready ? 200 : 503),
        $"the service is not {(ready ? "ready again" : "out of service")}");

    /// <summary>Kills the service and its PostgreSQL with SIGKILL, as a power cut would.</summary>
    public Task KillAsync() => KillAsync([_process!, .. Database()]);

    /// <summary>Kills the service alone; its PostgreSQL goes on.</summary>
    public Task KillServiceAsync() => KillAsync([_process!]);

    /// <summary>Kills PostgreSQL's first process, which nobody but the service can start again.</summary>
    public Task KillPostmasterAsync() => KillAsync(Database().Take(1));

    /// <summary>Kills one of PostgreSQL's sessions; PostgreSQL then ends them all and recovers by itself.</summary>
    public async Task KillSessionAsync()
    {
        var sessions = Database().Skip(1).Where(p => Text($"/proc/{p.Id}/cmdline").Contains("crm_app", StringComparison.Ordinal)).ToList();
        await KillAsync(sessions.Take(1));
    }

    /// <summary>Stops every process of PostgreSQL where it stands, as a machine or a network that has gone does. The answer lets them go on.</summary>
    public IDisposable FreezeDatabase() => Frozen.Freeze([.. Database().Select(p => p.Id)]);

    /// <summary>Holds PostgreSQL: it takes no connection and has none left. The answer lets it go on.</summary>
    public IDisposable HoldDatabase()
    {
        var processes = Database();
        var held = Frozen.Freeze([processes[0].Id]);
        // Nobody waits for their end: it is the first process that would see it.
        foreach (var process in processes.Skip(1)) TryKill(process);
        return held;
    }

    /// <summary>Asks the service to stop (SIGTERM).</summary>
    public void Signal() => Process.Start("kill", $"-TERM {_process!.Id}").WaitForExit();

    /// <summary>The exit code, once it has ended.</summary>
    public async Task<int> ExitAsync()
    {
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Stops with SIGTERM and gives the exit code.</summary>
    public Task<int> StopAsync()
    {
        Signal();
        return ExitAsync();
    }

    /// <summary>Looks whether all that is there is right, as <c>./run verify</c> does; answers what that printed.</summary>
    public async Task<string> VerifiedAsync()
    {
        using var verify = CrmProgram.OnFolder(Folder, "verify");
        return (await verify.EndAsync()).ShouldExit(0).Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await StopAsync();
        if (File.Exists(Path.Combine(Cluster, "postmaster.pid"))) await KillAsync();
        if (_ownsFolder) Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The processes of a PostgreSQL by its folder, the first one first; none when it does not run.</summary>
    internal static IReadOnlyList<Process> DatabaseIn(string cluster) => Postmaster.Read(cluster) is { } postmaster && postmaster.IsRunning()
        ? [Process.GetProcessById(postmaster.ProcessId), .. Process.GetProcesses().Where(p => ParentOf(p.Id) == postmaster.ProcessId)]
        : [];

    private IReadOnlyList<Process> Database() => DatabaseIn(Cluster);

    private static async Task<ServiceProcess> StartAsync(ServiceProcess service)
    {
        try
        {
            await service.StartAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    private static async Task KillAsync(IEnumerable<Process> victims)
    {
        var all = victims.ToList();
        foreach (var victim in all) TryKill(victim);
        foreach (var victim in all) await victim.WaitForExitAsync();
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

    private static int ParentOf(int id) => Text($"/proc/{id}/stat") is { Length: > 0 } stat
        ? int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private void Keep(string? line)
    {
        lock (_output) _output.Add(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Processes that were told to stand still (SIGSTOP), until disposed.</summary>
internal sealed class Frozen : IDisposable
{
    private readonly string _ids;

    private Frozen(string ids) => _ids = ids;

    public static Frozen Freeze(IReadOnlyCollection<int> processes)
    {
        var frozen = new Frozen(string.Join(' ', processes));
        Process.Start("kill", $"-STOP {frozen._ids}").WaitForExit();
        return frozen;
    }

    public void Dispose() => Process.Start("kill", $"-CONT {_ids}").WaitForExit();
}
