using System.Runtime.InteropServices;
using Crm.Application.Abstractions;
using Crm.Application.Files;

namespace Crm.Infrastructure.Files;

/// <summary>
/// A folder of content. Names are made of ids alone. A piece of content is written beside, flushed to the disk and moved into place:
/// a name always stands for all of its content, whatever stopped.
/// </summary>
internal sealed class ContentFolder(string root)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const int PieceSize = 81_920;

    /// <summary><c>&lt;tenant&gt;/&lt;two digits&gt;/&lt;id&gt;</c>: the last digits of a UUIDv7 are random, so no folder gets too full.</summary>
    public string PathOf(ContentKey key)
    {
        var id = key.Id.ToString("N");
        return Path.Combine(root, key.TenantId.ToString("N"), id[^2..], id);
    }

    /// <summary>Copies the content into a file of its own beside the others and flushes it; the file is the caller's, to move or to delete.</summary>
    public async Task<string> DraftAsync(Stream content, CancellationToken ct)
    {
        var drafts = Path.Combine(root, "drafts");
        var draft = Path.Combine(drafts, Guid.NewGuid().ToString("N"));
        var piece = new byte[PieceSize];
        try
        {
            await using var file = Try(() =>
            {
                Directory.CreateDirectory(drafts, OwnerFolder);
                return new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly, BufferSize = 0 });
            });
            int read;
            while ((read = await content.ReadAsync(piece, ct)) > 0) await TryAsync(() => file.WriteAsync(piece.AsMemory(0, read), ct));
            Try(() =>
            {
                file.Flush(flushToDisk: true);
                return true;
            });
            return draft;
        }
        catch
        {
            Discard(draft);
            throw;
        }
    }

    /// <summary>Moves a draft into place, durably.</summary>
    public void Keep(string draft, ContentKey key) => Try(() =>
    {
        var path = PathOf(key);
        var folder = Path.GetDirectoryName(path)!;
        Make(Path.GetDirectoryName(folder)!);
        Make(folder);
        File.Move(draft, path, overwrite: true);
        Sync(folder);
        return true;
    });

    /// <summary>A new name must outlive a power cut, and it is its parent that holds it.</summary>
    private static void Make(string folder)
    {
        if (Directory.Exists(folder)) return;
        Directory.CreateDirectory(folder, OwnerFolder);
        Sync(Path.GetDirectoryName(folder)!);
    }

    /// <summary>Deletes a draft; what cannot be deleted now is swept later.</summary>
    public static void Discard(string draft)
    {
        try
        {
            File.Delete(draft);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is gone, or the disk: then there is nothing to delete either.
        }
    }

    /// <summary>Deletes drafts that nobody has written to for so long: what a crash left.</summary>
    public int DiscardOlderThan(DateTimeOffset limit)
    {
        var drafts = new DirectoryInfo(Path.Combine(root, "drafts"));
        if (!drafts.Exists) return 0;
        var old = drafts.EnumerateFiles().Where(f => f.LastWriteTimeUtc < limit).ToList();
        foreach (var draft in old) Discard(draft.FullName);
        return old.Count;
    }

    /// <summary>Runs what the disk may refuse: full, gone, read-only.</summary>
    public static T Try<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            throw new StoreFailure(e);
        }
    }

    private static async Task TryAsync(Func<ValueTask> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            throw new StoreFailure(e);
        }
    }

    /// <summary>The last one is what the runtime makes of a file that may grow no further (EFBIG).</summary>
    private static bool IsOfTheDisk(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    private static void Sync(string folder)
    {
        var handle = Open(folder, 0);
        if (handle < 0) throw new IOException($"The folder {folder} could not be opened.");
        var synced = Fsync(handle);
        _ = Close(handle);
        if (synced != 0) throw new IOException($"The folder {folder} could not be flushed to the disk.");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int handle);
}

/// <summary>The store failed, not who sends or reads.</summary>
internal sealed class StoreFailure(Exception cause) : Exception("The file store failed.", cause);
