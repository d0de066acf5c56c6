using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Postgres;

/// <summary>
/// The one folder where the service keeps what must survive: its embedded cluster, its secrets, files, unsent mail. A backup takes
/// everything but the cluster and its passwords: the secrets, which are known by the ending of their names, and the folders in <see cref="Kept"/>.
/// </summary>
public sealed class DataFolder
{
    /// <summary>The folders inside whose content cannot be made again.</summary>
    internal static readonly string[] Kept = ["files", "mail"];

    private const string SecretEnding = ".key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
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

    /// <summary>Random bytes that stay the same from the first call on; kept in a file of mode 0600, whose name ends in <c>.key</c> so that backups take it.</summary>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public byte[] GetOrCreateSecret(string name, int bytes) => name.EndsWith(SecretEnding, StringComparison.Ordinal)
        ? Convert.FromBase64String(GetOrCreateText(name, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes))))
        : throw new ArgumentException($"A secret's name ends in {SecretEnding}.", nameof(name));

    /// <summary>What of the folder belongs into a backup: the paths of files, relative to it, with <c>/</c>.</summary>
    internal IEnumerable<string> KeptFiles() =>
        Directory.EnumerateFiles(Path, "*" + SecretEnding).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal).OfType<string>()
            .Concat(Kept.Select(name => System.IO.Path.Combine(Path, name)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
                .Select(file => System.IO.Path.GetRelativePath(Path, file).Replace(System.IO.Path.DirectorySeparatorChar, '/')));

    /// <summary>A text that is made once, kept in a file of mode 0600; of two makers at once both get the first one's text.</summary>
    internal string GetOrCreateText(string name, Func<string> make)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (!File.Exists(file))
        {
            // Written elsewhere and then named: nobody ever reads half a secret.
            var draft = $"{file}.{Guid.NewGuid():N}";
            WriteText(draft, make());
            if (!Durable.TryPublish(draft, file)) File.Delete(draft);
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

    private static string BaseFolder()
    {
        var here = Directory.GetCurrentDirectory();
        for (var folder = new DirectoryInfo(here); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Crm.sln"))) return folder.FullName;
        return here;
    }
}
