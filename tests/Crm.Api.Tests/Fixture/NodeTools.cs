using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Crm.Api.Tests.Fixture;

/// <summary>
/// The npm packages of tests/contract, installed once per lock file into artifacts, and a folder of this run's own below them. Node.js and npm
/// are there: ./test sees to it.
/// </summary>
internal sealed class NodeTools : IDisposable
{
    private static readonly string Sources = Repository.PathOf("tests", "contract");

    private NodeTools(string installed) => Folder = Directory.CreateDirectory(Path.Combine(installed, $"run-{Guid.NewGuid():N}")).FullName;

    /// <summary>Holds copies of the sources; modules are found in the folder above.</summary>
    public string Folder { get; }

    public static async Task<NodeTools> ReadyAsync()
    {
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(Sources, "package-lock.json"));
        var folder = Repository.PathOf("artifacts", "contract-" + Convert.ToHexStringLower(SHA256.HashData(lockFile).AsSpan(0, 6)));
        Directory.CreateDirectory(folder);
        using (await LockedAsync(Path.Combine(folder, "install.lock"))) await InstallAsync(folder);
        var tools = new NodeTools(folder);
        foreach (var file in Directory.EnumerateFiles(Sources)) File.Copy(file, Path.Combine(tools.Folder, Path.GetFileName(file)));
        return tools;
    }

    /// <summary>Runs a program of the packages or node itself; answers its exit code and all it said.</summary>
    public Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var local = Path.Combine(Folder, "..", "node_modules", ".bin", program);
        return RunInAsync(Folder, File.Exists(local) ? Path.GetFullPath(local) : program, arguments);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task InstallAsync(string folder)
    {
        var done = Path.Combine(folder, "installed");
        if (File.Exists(done)) return;
        foreach (var name in new[] { "package.json", "package-lock.json" }) File.Copy(Path.Combine(Sources, name), Path.Combine(folder, name), overwrite: true);
        var (code, output) = await RunInAsync(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        code.ShouldBe(0, output);
        await File.WriteAllTextAsync(done, "");
    }

    /// <summary>Two runs at once install once.</summary>
    private static async Task<FileStream> LockedAsync(string path)
    {
        FileStream? held = null;
        await Eventually.Async(() => Task.FromResult((held = Open(path)) is not null), $"{path} stays locked: another run still installs.");
        return held!;
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<(int Code, string Output)> RunInAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["REDOCLY_TELEMETRY"], start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"], start.Environment["NO_COLOR"]) = ("off", "true", "1");
        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output + await errors);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} cannot be run: the OpenAPI document is checked with Node.js 18 or newer and npm.", e);
        }
    }
}
