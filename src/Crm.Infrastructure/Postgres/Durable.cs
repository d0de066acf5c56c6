using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Crm.Infrastructure.Postgres;

/// <summary>What .NET's own file calls leave out: a new name that nobody else has taken, and one that outlives a power cut.</summary>
internal static class Durable
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Gives a finished file its name, unless that is taken: then the answer is false and the file stays. The link is the race's referee; it
    /// fails where the name is taken, while File.Move looks first and renames afterwards.
    /// </summary>
    internal static bool TryPublish(string draft, string name)
    {
        if (Link(draft, name) == 0) File.Delete(draft);
        else if (!TryMove(draft, name)) return false;
        SyncFolder(Path.GetDirectoryName(name)!);
        return true;
    }

    /// <summary>For a file system without hard links.</summary>
    private static bool TryMove(string draft, string name)
    {
        try
        {
            File.Move(draft, name, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(name))
        {
            return false;
        }
    }

    /// <summary>Writes a folder's names to the disk. What cannot do that is asked in vain: not every file system can.</summary>
    private static void SyncFolder(string folder)
    {
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        if (handle.IsInvalid) return;
        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing more can be done about it than what the system does by itself, a moment later.
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link(string existing, string name);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(string path, int flags);
}
