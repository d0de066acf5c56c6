using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Recovery;

/// <summary>What was restored.</summary>
/// <param name="CreatedAt">The moment whose state it is.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Files">How many files of the data folder, secrets included.</param>
/// <param name="Epoch">The event log's new epoch.</param>
/// <param name="Migrated">The migrations that were applied afterwards.</param>
public sealed record RestoreSummary(DateTimeOffset CreatedAt, long Rows, int Files, long Epoch, IReadOnlyList<string> Migrated);

/// <summary>
/// Puts a backup into an empty database and data folder, whole or not at all: until it has ended nothing serves from them, and an
/// interrupted one is begun anew by running it again.
/// </summary>
public static class Restore
{
    /// <summary>Restores <paramref name="file"/>.</summary>
    /// <exception cref="StartupException">With what is in the way and what to do about it.</exception>
    public static async Task<RestoreSummary> RunAsync(string file, Func<Task<DatabaseHost>> open, IConfiguration configuration, CancellationToken ct)
    {
        using var backup = await BackupReader.OpenAsync(file, ct);
        RefuseNewer(backup.Manifest);
        var folder = DataFolder.Open(configuration);
        RestoreFolder.RefuseOccupied(folder);
        var programs = await PostgresPrograms.FindClientsAsync(ct);
        await using var host = await open();
        var owner = host.OwnerConnectionString ?? throw new StartupException("A restore is made as the owner of the database: set ConnectionStrings__CrmOwner.");
        await using (var target = await RestoreTarget.OpenAsync(owner, ct))
        {
            await target.RefuseOccupiedAsync(ct);
            try
            {
                var epoch = await RunAsync(backup, new DatabaseDump(programs, owner), target, folder, ct);
                var migrated = await MigrateAsync(owner, ct);
                return new RestoreSummary(backup.Manifest.CreatedAt, backup.Manifest.Rows.Values.Sum(), backup.Manifest.Entries.Count - 1, epoch, migrated);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"The restore into {folder.Path} failed: {e.Message}. Run it again when the cause is removed: it starts over.", e);
            }
        }
    }

    private static async Task<IReadOnlyList<string>> MigrateAsync(string owner, CancellationToken ct)
    {
        try
        {
            return await new Migrator(owner).UpAsync(ct);
        }
        catch (StartupException e)
        {
            throw new StartupException($"Everything was restored, but the schema is the backup's. {e.Message}", e);
        }
    }

    private static async Task<long> RunAsync(BackupReader backup, DatabaseDump dump, RestoreTarget target, DataFolder folder, CancellationToken ct)
    {
        var place = RestoreFolder.Begin(folder);
        await target.BeginAsync(ct);
        await place.ExtractAsync(backup, ct);
        await dump.RestoreAsync(place.Dump, ct);
        await target.RefuseIncompleteAsync(backup.Manifest, ct);
        await target.VacuumAsync(backup.Manifest, ct);
        place.Place();
        var epoch = await target.EndAsync(backup.Manifest, ct);
        place.End();
        return epoch;
    }

    private static void RefuseNewer(BackupManifest backup)
    {
        if (backup.Migrations.Except(new Migrator("Host=nowhere").KnownIds).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new StartupException($"The backup was made by a newer program: it has the migration {unknown}, which this one does not know. Restore it with that program.");
    }
}
