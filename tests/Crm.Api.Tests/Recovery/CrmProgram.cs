using System.Diagnostics;

namespace Crm.Api.Tests.Recovery;

/// <summary>The program's command line, as <c>./run</c> calls it.</summary>
internal sealed class CrmProgram : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _error;

    private CrmProgram(Process process) => (_process, _output, _error) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    /// <summary>What it printed, and how it ended.</summary>
    internal sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>Asserts the exit code; the message shows everything.</summary>
        public Result ShouldExit(int code)
        {
            ExitCode.ShouldBe(code, $"{Output}\n{Error}");
            return this;
        }
    }

    /// <summary>On another PostgreSQL than its own: its two logins, and a data folder if it needs one.</summary>
    public static CrmProgram OnDatabase(string owner, string app, string? folder, params string[] args) => Start(
        [("ConnectionStrings__Crm", app), ("ConnectionStrings__CrmOwner", owner), .. folder is null ? [] : new[] { ("CRM_DATA_DIR", folder) }], args);

    /// <summary>On the private cluster of a data folder, which does not wait for the disk.</summary>
    public static CrmProgram OnFolder(string folder, params string[] args) => Start([("CRM_DATA_DIR", folder), ("Postgres__Fsync", "false")], args);

    private static CrmProgram Start((string Name, string Value)[] settings, string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Crm.Api"), args) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "ConnectionStrings__Crm", "ConnectionStrings__CrmOwner", "CRM_DATA_DIR", "Jwt__Key" }) start.Environment.Remove(name);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new CrmProgram(Process.Start(start)!);
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<Result> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Result(_process.ExitCode, await _output, await _error);
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>kill -9.</summary>
    public async Task<Result> KillAsync()
    {
        _process.Kill();
        return await EndAsync();
    }

    /// <summary>SIGTERM.</summary>
    public async Task<Result> StopAsync()
    {
        using (var kill = Process.Start("kill", $"-TERM {_process.Id}")) await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public void Dispose() => _process.Dispose();
}
