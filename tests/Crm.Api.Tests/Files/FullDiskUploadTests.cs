using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Files;

/// <summary>Drill: the disk that files are kept on is full, and then it is not. The database is elsewhere.</summary>
public sealed class FullDiskUploadTests(CrmApi api)
{
    // More than the limit that stands in for a full disk where none can be mounted.
    private static readonly (int, int) Bytes = (4_500_000, 5_000_000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_disk_refuses_uploads_with_503_keeps_no_half_of_one_and_gives_every_file(bool mount)
    {
        await using var disk = await SmallDisk.MakeAsync(megabytes: 128, mount);
        var database = await api.NewDatabaseAsync();
        await using var service = await ServiceProcess.StartInAsync(disk.Folder, ("ConnectionStrings__Crm", database));
        var owner = await service.Api.RegisterAsync();
        var lead = await owner.LeadAsync();
        var uploads = Uploads.Begin(service, owner, lead, workers: 2, Bytes);
        await uploads.MoreAsync(3);

        await disk.FillAsync(service);

        await uploads.RefusedAsync(10);
        await uploads.DownloadAsync();
        await owner.LeadAsync("Written meanwhile");
        (await service.StatusAsync("/health/live")).ShouldBe(200);
        await disk.FreeAsync(service);
        await uploads.MoreAsync(3);
        await uploads.StopAsync();
        await uploads.VerifyAsync();

        var files = Path.Combine(disk.Folder, "files");
        Directory.GetFiles(files, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).ShouldBe(uploads.Files.Select(id => id.ToString("N")), ignoreOrder: true);
        await using var connection = new NpgsqlConnection(database);
        (await connection.QueryAsync<Guid>("select id from crm.file_drafts")).ShouldBeEmpty();
        TestContext.Current.TestOutputHelper?.WriteLine($"1 {(disk.IsMounted ? "file system without space" : "limit on the size of files")}; {uploads}; 0 lost, 0 halves kept, every file downloaded meanwhile; the service was never restarted.");
    }
}
