using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Crm.Infrastructure.Postgres;

/// <summary>The server's programs on this machine and how to run them: as ourselves, or as <c>postgres</c> when we are root, whom the server refuses.</summary>
internal sealed partial class PostgresPrograms
{
    internal const int OldestVersion = 15;
    internal const string ServerUser = "postgres";

    private static readonly string[] Server = ["postgres", "initdb", "pg_ctl", "psql"];
    private static readonly string[] Clients = ["pg_dump", "pg_restore", "psql"];
    private readonly string _folder;

    private PostgresPrograms(string folder) => _folder = folder;

    internal string PathOf(string program) => Path.Combine(_folder, program);

    /// <summary>Those that make and run a server.</summary>
    internal static Task<PostgresPrograms> FindAsync(CancellationToken ct) => FindAsync(Server, ", or set ConnectionStrings__Crm to use a server that runs elsewhere", ct);

    /// <summary>Those that talk to a server, wherever it runs.</summary>
    internal static Task<PostgresPrograms> FindClientsAsync(CancellationToken ct) => FindAsync(Clients, "", ct);

    private static async Task<PostgresPrograms> FindAsync(string[] needed, string orElse, CancellationToken ct)
    {
        var tooOld = new List<string>();
        foreach (var folder in await CandidatesAsync(ct))
        {
            if (!needed.All(program => File.Exists(Path.Combine(folder, program)))) continue;
            var version = await RunAsync(Path.Combine(folder, needed[0]), ["--version"], ct: ct);
            var major = VersionNumber().Match(version.Output);
            if (major.Success && int.Parse(major.Value) >= OldestVersion) return new PostgresPrograms(folder);
            tooOld.Add($"{folder} has {version.Output.Trim()}");
        }

        throw new StartupException(
            $"No PostgreSQL {OldestVersion} or newer was found ({string.Join(", ", needed)}){string.Concat(tooOld.Select(x => "; " + x))}. "
            + $"Install it (Debian: apt-get install postgresql; Fedora: dnf install postgresql-server postgresql-contrib){orElse}.");
    }

    /// <summary>Runs a program of the server under the account the server has to have.</summary>
    internal Task<ProgramResult> AsServerAsync(string program, IEnumerable<string> args, CancellationToken ct = default) =>
        ShellAsServerAsync([PathOf(program), .. args], ct);

    internal static Task<ProgramResult> ShellAsServerAsync(string[] command, CancellationToken ct = default)
    {
        if (!Environment.IsPrivilegedProcess) return RunAsync(command[0], command[1..], ct: ct);
        if (FindInPath("setpriv") is { } setpriv)
            return RunAsync(setpriv, [$"--reuid={ServerUser}", $"--regid={ServerUser}", "--init-groups", "--", .. command], ct: ct);
        if (FindInPath("runuser") is { } runuser)
            return RunAsync(runuser, ["-u", ServerUser, "--", .. command], ct: ct);
        return RunAsync("su", [ServerUser, "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", .. command], ct: ct);
    }

    /// <summary>Runs a program to its end; cancelled, it is killed. What it prints goes into <paramref name="into"/>, if given, instead of the result.</summary>
    internal static async Task<ProgramResult> RunAsync(
        string file, IEnumerable<string> args, string? input = null, IReadOnlyDictionary<string, string>? environment = null, Stream? into = null, CancellationToken ct = default)
    {
        // "/" because the server's account need not be able to enter the folder we stand in.
        var start = new ProcessStartInfo(file, args)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        ForgetServerSettings(start);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new StartupException($"{file} did not start");
        try
        {
            var output = into is null ? process.StandardOutput.ReadToEndAsync(ct) : CopyAsync(process.StandardOutput.BaseStream, into, ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), ct);
            process.StandardInput.Close();
            // First what it prints: a full disk on our side ends the copy, and nobody would empty its pipe any more.
            var printed = await output;
            await process.WaitForExitAsync(ct);
            return new ProgramResult(process.ExitCode, printed, await error);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task<string> CopyAsync(Stream from, Stream to, CancellationToken ct)
    {
        await from.CopyToAsync(to, ct);
        return "";
    }

    /// <summary>A caller's PGHOST, PGDATA, PGOPTIONS and so on are about another server than ours.</summary>
    internal static void ForgetServerSettings(ProcessStartInfo start, bool forPerson = false)
    {
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        if (!forPerson) start.Environment["LC_ALL"] = "C.UTF-8"; // the messages we look for are English
    }

    internal static string? FindInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/bin", "/sbin", "/bin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static async Task<IEnumerable<string>> CandidatesAsync(CancellationToken ct)
    {
        var found = new List<string>();
        if (FindInPath("pg_config") is { } config)
        {
            var result = await RunAsync(config, ["--bindir"], ct: ct);
            if (result.ExitCode == 0) found.Add(result.Output.Trim());
        }

        if (FindInPath("initdb") is { } initdb) found.Add(Path.GetDirectoryName(initdb)!);
        found.AddRange(VersionedFolders("/usr/lib/postgresql", "*"));
        found.AddRange(VersionedFolders("/usr", "pgsql-*"));
        found.AddRange(VersionedFolders("/opt/homebrew/opt", "postgresql@*"));
        // Last, because in the path it may be a distribution's wrapper.
        if (FindInPath("pg_dump") is { } dump) found.Add(Path.GetDirectoryName(dump)!);
        return found.Distinct();
    }

    private static IEnumerable<string> VersionedFolders(string parent, string pattern) =>
        !Directory.Exists(parent)
            ? []
            : Directory.GetDirectories(parent, pattern)
                .OrderByDescending(folder => double.TryParse(VersionNumber().Match(Path.GetFileName(folder)).Value, out var number) ? number : 0)
                .Select(folder => Path.Combine(folder, "bin"));

    [GeneratedRegex(@"\d+")]
    private static partial Regex VersionNumber();
}

internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    internal string Text => $"{Output}\n{Error}".Trim();
}
