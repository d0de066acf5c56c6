namespace Crm.Infrastructure.Recovery;

/// <summary>What a backup says of itself: its last entry, so that it can name the others with their digests.</summary>
/// <param name="Format">1; a program reads what it knows.</param>
/// <param name="CreatedAt">The moment whose state the backup holds.</param>
/// <param name="ServerVersion">The major version of the PostgreSQL it was taken from.</param>
/// <param name="Migrations">The applied migrations, in order.</param>
/// <param name="Epoch">The epoch of the event log.</param>
/// <param name="Rows">The rows of every table: what a restore must arrive at.</param>
/// <param name="Entries">Every other entry.</param>
internal sealed record BackupManifest(int Format, DateTimeOffset CreatedAt, int ServerVersion, IReadOnlyList<string> Migrations, long Epoch,
    IReadOnlyDictionary<string, long> Rows, IReadOnlyList<BackupEntry> Entries)
{
    /// <summary>The only format there is so far.</summary>
    internal const int CurrentFormat = 1;
}

/// <summary>One entry: its name in the archive, its size in bytes and its SHA-256 in hexadecimal.</summary>
internal sealed record BackupEntry(string Name, long Size, string Sha256);
