using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: no acknowledged write may vanish, and none may happen twice, whatever is killed.</summary>
public sealed class KillTests
{
    private const int Kills = 20;

    [Fact]
    public async Task Twenty_kills_in_a_row_lose_nothing_that_was_acknowledged_and_repeat_nothing()
    {
        await using var service = await ServiceProcess.StartAsync();
        var owner = await service.Api.RegisterAsync();
        var load = Load.OfCustomers(service, owner);
        for (var kill = 0; kill < Kills; kill++)
        {
            await load.MoreAsync(15);
            switch (kill % 5)
            {
                case 0: // the service: what its PostgreSQL is doing for it comes to its end or is rolled back
                    await service.KillServiceAsync();
                    await service.StartAsync();
                    break;
                case 1: // PostgreSQL, which the service brings back
                    await service.KillPostmasterAsync();
                    break;
                case 2 or 4: // a session, upon which PostgreSQL ends all the others and recovers
                    await service.KillSessionAsync();
                    break;
                default: // everything, as a power cut does
                    await service.KillAsync();
                    await service.StartAsync();
                    break;
            }
        }
        await load.MoreAsync(15);
        await load.StopAsync();
        var tenant = service.Api.As(owner.Token);
        await load.VerifyAsync(tenant);
        var mails = await DeliveredAsync(service, tenant, load.Records);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills; {load}; 0 lost, 0 doubled; {mails} e-mails.");
    }

    [Fact]
    public async Task A_second_service_on_the_same_folder_says_so_and_sigterm_ends_cleanly()
    {
        await using var service = await ServiceProcess.StartAsync();
        var second = new System.Diagnostics.ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Crm.Api")) { RedirectStandardError = true, RedirectStandardOutput = true };
        second.Environment["CRM_DATA_DIR"] = service.Folder;
        second.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        second.Environment.Remove("ConnectionStrings__Crm");
        using var process = System.Diagnostics.Process.Start(second)!;
        var (error, _) = (await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldNotBe(0);
        error.ShouldContain(service.Folder);
        (await service.StopAsync()).ShouldBe(0);
        File.Exists(Path.Combine(service.Folder, "postgres", "postmaster.pid")).ShouldBeFalse();
    }

    /// <summary>Waits until each customer's welcome is there: one file per event, whose id every try of it carries as the message's.</summary>
    private static async Task<int> DeliveredAsync(ServiceProcess service, ApiClient tenant, int customers)
    {
        var mail = Path.Combine(service.Folder, "mail");
        await Eventually.Async(() => Task.FromResult(Directory.Exists(mail) && Directory.GetFiles(mail, "*.eml").Length >= customers), "not every e-mail came", TimeSpan.FromSeconds(90));
        var files = Directory.GetFiles(mail, "*.eml");
        files.Length.ShouldBe(customers);
        var to = new List<string>();
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(file);
            MailText.Header(text, "Message-ID").ShouldStartWith($"<{Guid.Parse(Path.GetFileNameWithoutExtension(file)):N}@");
            to.Add(MailText.Header(text, "To"));
        }
        to.ShouldBeUnique();
        (await tenant.GetAsync("/dead-letters")).ShouldBe(200).Items.ShouldBeEmpty();
        return files.Length;
    }
}
