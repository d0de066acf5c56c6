namespace Crm.Infrastructure.Postgres;

/// <summary>
/// Says that one process works on a data folder. The lock is the kernel's (flock on an open file), so <c>kill -9</c> releases it;
/// the file itself stays and means nothing.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _stream;

    private DataFolderLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock or throws <see cref="DataFolderInUseException"/>, which names the holder.</summary>
    public static DataFolderLock Acquire(string folder)
    {
        var file = Path.Combine(folder, "crm.lock");
        FileStream stream;
        try
        {
            stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupException($"The data folder {folder} belongs to another user: {e.Message}", e);
        }
        catch (IOException)
        {
            throw new DataFolderInUseException(
                $"The data folder {folder} is in use by another crm process{Holder(folder)}. Stop that one, or name another folder in CRM_DATA_DIR.");
        }

        // In a file of its own, because a locked file cannot be read by the one who needs to know.
        try
        {
            File.WriteAllText(HolderFile(folder), Environment.ProcessId.ToString());
        }
        catch (IOException e)
        {
            stream.Dispose();
            throw new StartupException($"Nothing can be written into the data folder {folder}: {e.Message}", e);
        }
        return new DataFolderLock(stream);
    }

    public void Dispose() => _stream.Dispose();

    private static string HolderFile(string folder) => Path.Combine(folder, "crm.pid");

    private static string Holder(string folder)
    {
        try { return $" ({File.ReadAllText(HolderFile(folder)).Trim()})"; }
        catch (IOException) { return ""; }
    }
}
