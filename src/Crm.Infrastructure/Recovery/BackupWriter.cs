using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Crm.Infrastructure.Postgres;

namespace Crm.Infrastructure.Recovery;

/// <summary>
/// A backup being written: a ZIP file of stored entries beside its final name, which it gets once all of it is on the disk. Nobody else
/// may read it, from the first byte on.
/// </summary>
internal sealed class BackupWriter : IDisposable
{
    /// <summary>The entry that pg_dump writes.</summary>
    internal const string Database = "database.dump";

    /// <summary>The entry that describes the others.</summary>
    internal const string Manifest = "manifest.json";

    /// <summary>Before the path of a file of the data folder.</summary>
    internal const string Data = "data/";

    private readonly string _name, _draft;
    private readonly FileStream _file;
    private readonly ZipArchive _zip;
    private readonly List<BackupEntry> _entries = [];
    private bool _complete;

    private BackupWriter(string name, string draft, FileStream file) => (_name, _draft, _file, _zip) = (name, draft, file, new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true));

    /// <summary>The entries so far.</summary>
    public IReadOnlyList<BackupEntry> Entries => [.. _entries];

    /// <exception cref="StartupException">The name is taken, or nothing can be written there.</exception>
    public static BackupWriter Begin(string file)
    {
        var name = Path.GetFullPath(file);
        RefuseTaken(name, File.Exists(name) || Directory.Exists(name));
        var draft = Path.Combine(Path.GetDirectoryName(name) ?? "/", $".{Path.GetFileName(name)}.{Guid.NewGuid():N}.part");
        return Guard(name, () => new BackupWriter(name, draft, new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = Durable.OwnerOnly,
            BufferSize = 0, // so that a full disk is met where it is written to, and not again when the file is closed
        })));
    }

    /// <summary>Adds an entry of whatever <paramref name="write"/> writes.</summary>
    public async Task AddAsync(string name, Func<Stream, Task> write)
    {
        var entry = _zip.CreateEntry(name, CompressionLevel.NoCompression);
        await using var stream = entry.Open();
        await using var digest = new DigestStream(stream);
        await write(digest);
        _entries.Add(new BackupEntry(name, digest.Count, digest.Sha256()));
    }

    /// <summary>Adds the description, brings all to the disk and gives the file its name. Answers its size in bytes.</summary>
    public async Task<long> CompleteAsync(BackupManifest manifest)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(manifest, JsonSerializerOptions.Web);
        _zip.Comment = Convert.ToHexStringLower(SHA256.HashData(text));
        await AddAsync(Manifest, stream => stream.WriteAsync(text).AsTask());
        _zip.Dispose();
        _file.Flush(flushToDisk: true);
        var size = _file.Length;
        _file.Dispose();
        RefuseTaken(_name, !Durable.TryPublish(_draft, _name));
        _complete = true;
        return size;
    }

    /// <summary>Turns what a disk refuses into words.</summary>
    internal static async Task<T> GuardAsync<T>(string file, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (IsDisk(e))
        {
            throw Unwritable(file, e);
        }
    }

    /// <summary>Without <see cref="CompleteAsync"/>, nothing remains.</summary>
    public void Dispose()
    {
        if (_complete) return;
        try
        {
            _zip.Dispose();
        }
        catch (Exception e) when (IsDisk(e) || e is InvalidOperationException)
        {
            // It wants to write a directory of its entries, which is of no use now.
        }

        _file.Dispose();
        File.Delete(_draft);
    }

    private static T Guard<T>(string file, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (IsDisk(e))
        {
            throw Unwritable(file, e);
        }
    }

    // The last is how .NET says that a file system takes no file of that size.
    private static bool IsDisk(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    private static StartupException Unwritable(string file, Exception e) => new($"The backup {file} could not be written, and nothing of it is left: {e.Message}", e);

    private static void RefuseTaken(string name, bool taken)
    {
        if (taken) throw new StartupException($"{name} is there already. A backup never replaces a file: name another one, or remove it first.");
    }
}
