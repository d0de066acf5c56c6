using Crm.Infrastructure.Postgres;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: the disk of the data folder is full, and then it is not.</summary>
public sealed class DiskFullTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_disk_costs_callers_503_and_nothing_that_was_acknowledged(bool mount)
    {
        await using var disk = await SmallDisk.MakeAsync(megabytes: 256, mount);
        await using var service = await ServiceProcess.StartInAsync(disk.Folder);
        var owner = await service.Api.RegisterAsync();
        var load = Load.OfLeads(service, owner, writers: 3, readers: 1);
        await load.MoreAsync(50);

        await disk.FillAsync(service);

        await load.RefusedAsync(20);
        (await service.StatusAsync("/health/live")).ShouldBe(200);
        await disk.FreeAsync(service);
        await load.MoreAsync(50);
        await service.ReadyAsync();
        await load.StopAsync();
        await load.VerifyAsync(service.Api.As(owner.Token));
        TestContext.Current.TestOutputHelper?.WriteLine($"1 {(disk.IsMounted ? "file system without space" : "limit on the size of files")}; {load}; 0 lost, 0 doubled; the service was never restarted.");
    }

    [Fact]
    public async Task A_start_without_space_says_so_and_the_next_one_works()
    {
        await using var disk = await SmallDisk.MakeAsync(megabytes: 0, mount: false);
        var environment = new Dictionary<string, string> { ["CRM_DATA_DIR"] = disk.Folder, ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["ConnectionStrings__Crm"] = "", ["DOTNET_EnableWriteXorExecute"] = "0" };

        var refused = await PostgresPrograms.RunAsync("prlimit", ["--fsize=100000:", Path.Combine(AppContext.BaseDirectory, "Crm.Api")], environment: environment);

        refused.ExitCode.ShouldBe(1, refused.Text);
        refused.Error.ShouldContain(disk.Folder);
        refused.Error.ShouldNotContain("   at ");
        await using var service = await ServiceProcess.StartInAsync(disk.Folder);
        (await service.StopAsync()).ShouldBe(0);
        TestContext.Current.TestOutputHelper?.WriteLine("1 start without space: exit code 1 and a sentence; the next start: ready.");
    }
}
