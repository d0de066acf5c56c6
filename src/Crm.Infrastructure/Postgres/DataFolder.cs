using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Postgres;

/// <summary>The one folder where the service keeps what must survive: its embedded cluster, its secrets, unsent mail.</summary>
public sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private DataFolder(string path) => Path = path;

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>The folder <c>CRM_DATA_DIR</c> names, else <c>.data</c> beside <c>Crm.sln</c>, else <c>.data</c> where we stand. Made if missing.</summary>
    public static DataFolder Open(IConfiguration configuration) => Open(PathOf(configuration));

    /// <summary>Where it is, made or not.</summary>
    public static string PathOf(IConfiguration configuration)
    {
        var configured = configuration["CRM_DATA_DIR"];
        return string.IsNullOrWhiteSpace(configured) ? System.IO.Path.Combine(BaseFolder(), ".data") : configured;
    }

    public static DataFolder Open(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        try
        {
            // Nobody else may list it, but as root the server runs as another user and has to get through it.
            var mode = Environment.IsPrivilegedProcess ? OwnerFolder | Passable : OwnerFolder;
            if (!Directory.Exists(path)) Directory.CreateDirectory(path, mode);
            else if (Environment.IsPrivilegedProcess) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | Passable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {path} cannot be used: {e.Message} (CRM_DATA_DIR names another one)", e);
        }

        return new DataFolder(path);
    }

    /// <summary>A folder inside, made if missing, for our eyes only.</summary>
    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name), OwnerFolder).FullName;

    /// <summary>Random bytes that stay the same from the first call on; kept in a file of mode 0600.</summary>
    public byte[] GetOrCreateSecret(string name, int bytes) =>
        Convert.FromBase64String(GetOrCreateText(name, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes))));

    /// <summary>A text that is made once, kept in a file of mode 0600; of two makers at once both get the first one's text.</summary>
    internal string GetOrCreateText(string name, Func<string> make)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (!File.Exists(file))
        {
            // Written elsewhere and then linked into place: nobody ever reads half a secret. The link is the race's referee: it fails
            // where the name is taken, while File.Move looks first and renames afterwards.
            var draft = $"{file}.{Guid.NewGuid():N}";
            WriteText(draft, make());
            var taken = Link(draft, file) != 0;
            File.Delete(draft);
            if (taken && !File.Exists(file)) throw new IOException($"The file {file} could not be made.");
        }

        if (File.GetUnixFileMode(file) != OwnerOnly) File.SetUnixFileMode(file, OwnerOnly);
        return File.ReadAllText(file).Trim();
    }

    internal static void WriteText(string file, string text)
    {
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        });
        using var writer = new StreamWriter(stream);
        writer.WriteLine(text);
        writer.Flush();
        stream.Flush(flushToDisk: true);
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link(string existing, string name);

    private static string BaseFolder()
    {
        var here = Directory.GetCurrentDirectory();
        for (var folder = new DirectoryInfo(here); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Crm.sln"))) return folder.FullName;
        return here;
    }
}
