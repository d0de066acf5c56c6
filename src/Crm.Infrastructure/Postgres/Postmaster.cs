using System.Diagnostics;

namespace Crm.Infrastructure.Postgres;

/// <summary>What <c>postmaster.pid</c> says, and whether it is still true.</summary>
internal sealed record Postmaster(int ProcessId, int Port, string Text)
{
    /// <summary>The file's content, or null if there is none or it is being written at this moment.</summary>
    internal static Postmaster? Read(string cluster)
    {
        try
        {
            var text = File.ReadAllText(FileIn(cluster));
            var lines = text.Split('\n');
            return lines.Length > 3 && int.TryParse(lines[0], out var id) && int.TryParse(lines[3], out var port) ? new(id, port, text) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static string FileIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>
    /// True only for the very server that wrote the file: a process number may belong to somebody else by now (in a container it soon does),
    /// and a killed server may remain as a zombie, which has no working directory any more.
    /// </summary>
    internal bool IsRunning()
    {
        if (!Directory.Exists("/proc/self"))
        {
            try { return Process.GetProcessById(ProcessId) is { HasExited: false }; }
            catch (ArgumentException) { return false; }
        }

        try { return FirstLines(File.ReadAllText(FileIn($"/proc/{ProcessId}/cwd"))) == FirstLines(Text); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return false; }
    }

    /// <summary>
    /// Ends server processes whose postmaster was killed and which are busy with a query, so they have not noticed yet. Killing them is safe:
    /// the next start recovers from the log in any case.
    /// </summary>
    internal static void KillOrphans(string cluster)
    {
        if (!Directory.Exists("/proc/self")) return;
        foreach (var folder in Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "comm")).Trim() is not ("postgres" or "postmaster")) continue;
                if (new DirectoryInfo(Path.Combine(folder, "cwd")).LinkTarget != cluster) continue;
                Process.GetProcessById(int.Parse(Path.GetFileName(folder))).Kill();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // Gone in between, or not ours.
            }
        }
    }

    // Process, folder and start time; the last line is its state and changes.
    private static string FirstLines(string text) => string.Join('\n', text.Split('\n').Take(3));
}
