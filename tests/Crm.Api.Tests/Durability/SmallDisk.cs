using System.Diagnostics;
using Crm.Infrastructure.Postgres;

namespace Crm.Api.Tests.Durability;

/// <summary>
/// A data folder that a test can fill to the last byte: a small file system in memory where the test may mount one, and elsewhere a limit
/// on the size of files, which needs no rights. With the limit no table and no log can grow, which is what a full disk is to PostgreSQL.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    // Not a multiple of a page: then the last page is written in part, which PostgreSQL reports as a full disk, as it is.
    private const long Limit = (4 << 20) + 100;
    private readonly string _ballast;

    private SmallDisk(string folder, bool mounted) => (Folder, IsMounted, _ballast) = (folder, mounted, Path.Combine(folder, "ballast"));

    public string Folder { get; }

    /// <summary>Whether it is a file system of its own.</summary>
    public bool IsMounted { get; }

    public static async Task<SmallDisk> MakeAsync(int megabytes, bool mount)
    {
        var folder = Directory.CreateTempSubdirectory("crm-disk-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return new SmallDisk(folder, mount && (await PostgresPrograms.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", folder])).ExitCode == 0);
    }

    /// <summary>Leaves no byte.</summary>
    public async Task FillAsync(ServiceProcess service)
    {
        if (!IsMounted)
        {
            await LimitAsync(service, $"{Limit}");
            return;
        }
        var block = new byte[1 << 16];
        await using var ballast = new FileStream(_ballast, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        for (var size = block.Length; size > 0;)
        {
            try
            {
                ballast.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    /// <summary>Gives the space back.</summary>
    public async Task FreeAsync(ServiceProcess service)
    {
        if (IsMounted) File.Delete(_ballast);
        else await LimitAsync(service, "unlimited");
    }

    public async ValueTask DisposeAsync()
    {
        if (IsMounted) (await PostgresPrograms.RunAsync("umount", ["-l", Folder])).ExitCode.ShouldBe(0);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The soft limit of the service, which the PostgreSQL it may start inherits, and of the one that runs. Processes that have ended do not mind.</summary>
    private static async Task LimitAsync(ServiceProcess service, string limit)
    {
        (await PostgresPrograms.RunAsync("prlimit", ["--pid", $"{service.Id}", $"--fsize={limit}:"])).ExitCode.ShouldBe(0);
        foreach (var process in ServiceProcess.DatabaseIn(service.Cluster))
            await PostgresPrograms.ShellAsServerAsync([PostgresPrograms.FindInPath("prlimit")!, "--pid", $"{process.Id}", $"--fsize={limit}:"]);
    }
}
