using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Recovery;

/// <summary>What was backed up.</summary>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Tables">How many tables.</param>
/// <param name="Rows">How many rows in all of them.</param>
/// <param name="Files">How many files of the data folder, secrets included.</param>
/// <param name="Secrets">The names of the secrets.</param>
public sealed record BackupSummary(long Bytes, int Tables, long Rows, int Files, IReadOnlyList<string> Secrets);

/// <summary>
/// The whole service in one file: the database at one moment, the files and unsent mail of the data folder, and the secrets without
/// which a restored service would have to start anew. The service may run meanwhile, and nobody waits for it.
/// </summary>
public static class Backup
{
    /// <summary>Writes <paramref name="file"/>, which must not be there yet.</summary>
    /// <exception cref="StartupException">With what is in the way; nothing is left behind.</exception>
    public static async Task<BackupSummary> WriteAsync(string file, Func<Task<DatabaseHost>> open, IConfiguration configuration, CancellationToken ct)
    {
        using var writer = BackupWriter.Begin(file);
        await using var host = await open();
        var owner = host.OwnerConnectionString ?? throw new StartupException("A backup is made as the owner of the database: set ConnectionStrings__CrmOwner.");
        var dump = new DatabaseDump(await PostgresPrograms.FindClientsAsync(ct), owner);
        var folder = DataFolder.Open(configuration);
        await using var snapshot = await DumpSnapshot.OpenAsync(owner, ct);
        return await BackupWriter.GuardAsync(file, async () =>
        {
            // Files after the snapshot: a row is committed after its file was written, so none that the snapshot knows is missing.
            foreach (var name in folder.KeptFiles()) await AddAsync(writer, folder, name, ct);
            await writer.AddAsync(BackupWriter.Database, stream => dump.WriteAsync(stream, snapshot.Id, ct));
            var manifest = await snapshot.DescribeAsync(writer.Entries, ct);
            var size = await writer.CompleteAsync(manifest);
            return new BackupSummary(size, manifest.Rows.Count, manifest.Rows.Values.Sum(), manifest.Entries.Count - 1,
                [.. manifest.Entries.Where(e => e.Name.EndsWith(".key", StringComparison.Ordinal) && e.Name.Count(c => c == '/') == 1).Select(e => e.Name[BackupWriter.Data.Length..])]);
        });
    }

    private static async Task AddAsync(BackupWriter writer, DataFolder folder, string name, CancellationToken ct)
    {
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(folder.Path, name), new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return; // A draft that was given up or moved since it was listed.
        }

        await using (file) await writer.AddAsync(BackupWriter.Data + name, stream => file.CopyToAsync(stream, ct));
    }
}
