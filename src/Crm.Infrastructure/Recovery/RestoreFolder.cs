using Crm.Infrastructure.Postgres;

namespace Crm.Infrastructure.Recovery;

/// <summary>
/// The data folder during a restore. What belongs into it is gathered in <c>restoring/</c> and moved into place at the end. While that
/// folder is there, secrets and kept files beside it are this restore's and may be removed; while it holds <c>unfinished</c>, no service starts.
/// </summary>
internal sealed class RestoreFolder
{
    private const string Name = "restoring";
    private const string Unfinished = "unfinished";

    private readonly DataFolder _folder;

    private RestoreFolder(DataFolder folder) => _folder = folder;

    /// <summary>Where the dump is extracted to.</summary>
    public string Dump => Path.Combine(InProgress(_folder), BackupWriter.Database);

    /// <summary>Refuses to serve from a folder that a restore has not finished.</summary>
    public static void RefuseUnfinished(DataFolder folder)
    {
        if (File.Exists(Path.Combine(InProgress(folder), Unfinished)))
            throw new StartupException($"A restore into {folder.Path} was interrupted, so what is in it is incomplete. Run ./run restore FILE again: it starts over.");
    }

    /// <summary>Removes what a restore that did finish may have left, once the database is known to be whole.</summary>
    public static void Forget(DataFolder folder)
    {
        if (Directory.Exists(InProgress(folder))) Directory.Delete(InProgress(folder), recursive: true);
    }

    /// <summary>Refuses a folder in which something would be replaced.</summary>
    public static void RefuseOccupied(DataFolder folder)
    {
        if (Directory.Exists(InProgress(folder)) || folder.KeptFiles().FirstOrDefault() is not { } first) return;
        throw new StartupException(
            $"The data folder {folder.Path} is not empty: it has {first}. A restore replaces nothing: name another folder in CRM_DATA_DIR, or move away what is in this one.");
    }

    /// <summary>Begins, or begins again: what an earlier try left is gone afterwards.</summary>
    public static RestoreFolder Begin(DataFolder folder)
    {
        Directory.CreateDirectory(InProgress(folder));
        foreach (var file in folder.KeptFiles().ToList()) File.Delete(Path.Combine(folder.Path, file));
        foreach (var kept in DataFolder.Kept.Select(kept => Path.Combine(folder.Path, kept)).Where(Directory.Exists)) Directory.Delete(kept, recursive: true);
        Directory.Delete(InProgress(folder), recursive: true);
        DataFolder.WriteText(Path.Combine(folder.Folder(Name), Unfinished), "A restore is under way, or was interrupted.");
        return new RestoreFolder(folder);
    }

    /// <summary>Copies everything out of the backup, beside its place.</summary>
    public async Task ExtractAsync(BackupReader backup, CancellationToken ct)
    {
        await backup.ExtractAsync(BackupWriter.Database, Dump, ct);
        foreach (var entry in backup.Manifest.Entries.Where(e => e.Name.StartsWith(BackupWriter.Data, StringComparison.Ordinal)))
        {
            var to = Path.Combine(InProgress(_folder), entry.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!, DataFolder.OwnerFolder);
            await backup.ExtractAsync(entry.Name, to, ct);
        }
    }

    /// <summary>Moves everything into its place. The folder is then whole, whether or not <see cref="End"/> comes to pass.</summary>
    public void Place()
    {
        var data = Path.Combine(InProgress(_folder), BackupWriter.Data);
        if (Directory.Exists(data))
            foreach (var path in Directory.EnumerateFileSystemEntries(data).ToList())
            {
                var to = Path.Combine(_folder.Path, Path.GetFileName(path));
                if (Directory.Exists(path)) Directory.Move(path, to);
                else File.Move(path, to);
            }

        File.Delete(Path.Combine(InProgress(_folder), Unfinished));
    }

    /// <summary>Forgets that there was a restore.</summary>
    public void End() => Forget(_folder);

    private static string InProgress(DataFolder folder) => Path.Combine(folder.Path, Name);
}
