using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Crm.Infrastructure.Postgres;

namespace Crm.Infrastructure.Recovery;

/// <summary>A backup being read. Nothing is taken from one that is not whole.</summary>
internal sealed class BackupReader : IDisposable
{
    private readonly string _file;
    private readonly ZipArchive _zip;

    private BackupReader(string file, ZipArchive zip, BackupManifest manifest) => (_file, _zip, Manifest) = (file, zip, manifest);

    /// <summary>What the backup says of itself.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>Opens the file and checks every byte of it against its digests.</summary>
    /// <exception cref="StartupException">There is no such file, it is no backup, or it is damaged.</exception>
    public static async Task<BackupReader> OpenAsync(string file, CancellationToken ct)
    {
        try
        {
            var zip = ZipFile.OpenRead(file);
            try
            {
                var reader = new BackupReader(file, zip, await ManifestAsync(zip, ct) ?? throw new InvalidDataException("it does not describe itself"));
                await reader.CheckAsync(ct);
                return reader;
            }
            catch
            {
                zip.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new StartupException($"{file} is no whole backup: {e.Message}. Nothing was restored.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The backup {file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Copies an entry into a new file that nobody else may read.</summary>
    public async Task ExtractAsync(string entry, string to, CancellationToken ct)
    {
        await using var from = Entry(entry).Open();
        await using var file = new FileStream(to, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Durable.OwnerOnly, Options = FileOptions.Asynchronous,
        });
        await from.CopyToAsync(file, ct);
        file.Flush(flushToDisk: true);
    }

    public void Dispose() => _zip.Dispose();

    private static async Task<BackupManifest?> ManifestAsync(ZipArchive zip, CancellationToken ct)
    {
        if (zip.GetEntry(BackupWriter.Manifest) is not { } entry) return null;
        await using var stream = entry.Open();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, ct);
        var text = copy.ToArray();
        if (zip.Comment != Convert.ToHexStringLower(SHA256.HashData(text))) throw new InvalidDataException("its description is damaged");
        // The format first: what another one says need not fit our record.
        using var any = JsonDocument.Parse(text);
        var format = any.RootElement.GetProperty("format").GetInt32();
        return format == BackupManifest.CurrentFormat
            ? JsonSerializer.Deserialize<BackupManifest>(text, JsonSerializerOptions.Web)
            : throw new InvalidDataException($"its format is {format}, and this program knows {BackupManifest.CurrentFormat} only");
    }

    private async Task CheckAsync(CancellationToken ct)
    {
        var there = _zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal);
        var named = Manifest.Entries.Select(e => e.Name).Append(BackupWriter.Manifest).Order(StringComparer.Ordinal);
        if (!there.SequenceEqual(named) || Manifest.Entries.All(e => e.Name != BackupWriter.Database)) throw new InvalidDataException("it does not hold what it says it holds");
        foreach (var entry in Manifest.Entries)
        {
            if (!IsOurs(entry.Name)) throw new InvalidDataException($"it holds {entry.Name}, which does not belong into a backup");
            await using var stream = Entry(entry.Name).Open();
            await using var digest = new DigestStream(Stream.Null);
            await stream.CopyToAsync(digest, ct);
            if ((digest.Count, digest.Sha256()) != (entry.Size, entry.Sha256)) throw new InvalidDataException($"{entry.Name} is damaged");
        }
    }

    /// <summary>No path of an archive leads out of the folder it is extracted to.</summary>
    private static bool IsOurs(string name) => name == BackupWriter.Database
        || name.StartsWith(BackupWriter.Data, StringComparison.Ordinal) && name[BackupWriter.Data.Length..].Split('/').All(part => part is not ("" or "." or "..") && !part.Contains('\\'));

    private ZipArchiveEntry Entry(string name) => _zip.GetEntry(name) ?? throw new InvalidDataException($"{_file} lacks {name}");
}
