using System.Collections.Concurrent;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Durability;

/// <summary>No acknowledged write may vanish.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_of_service_and_database_with_one_event_and_its_mail()
    {
        await using var service = await ServiceProcess.StartAsync();
        var registered = (await service.Api.PostAsync("/auth/register", new { organizationName = "Kill", fullName = "Olga", email = "olga@example.com", password = "Str0ng-pass-123456" })).ShouldBe(201);
        var token = (string)registered.Data["accessToken"]!;
        var acknowledged = new ConcurrentBag<(Guid Id, int N)>();
        var next = 0;
        for (var round = 0; round < 3; round++)
        {
            var goal = acknowledged.Count + 40;
            var writers = Enumerable.Range(0, 8).Select(_ => WriteUntilKilledAsync(service.Api.As(token), acknowledged, () => Interlocked.Increment(ref next))).ToList();
            while (acknowledged.Count < goal) await Task.Yield();
            await service.KillAsync();
            await Task.WhenAll(writers);
            await service.StartAsync();
        }
        var tenant = service.Api.As(token);
        foreach (var (id, n) in acknowledged)
        {
            ((string?)(await tenant.GetAsync($"/customers/{id}")).ShouldBe(200).Data["name"]).ShouldBe($"Customer {n}");
            (await tenant.GetAsync($"/customers/{id}/history")).ShouldBe(200).Items.Count.ShouldBe(1);
        }
        var events = new List<Guid>();
        var after = "0";
        while (true)
        {
            var page = (await tenant.GetAsync($"/events?after={after}&types=customer.created&take=200")).ShouldBe(200);
            events.AddRange(page.Items.Select(e => (Guid)e!["aggregateId"]!));
            if (page.Items.Count == 0) break;
            after = (string)page.Items[^1]!["position"]!;
        }
        acknowledged.ShouldAllBe(a => events.Count(e => e == a.Id) == 1);
        var mail = Path.Combine(service.Folder, "mail");
        var patience = System.Diagnostics.Stopwatch.StartNew();
        HashSet<string> delivered;
        do
        {
            await Task.Yield();
            delivered = [.. Directory.Exists(mail) ? Directory.GetFiles(mail, "*.eml").SelectMany(File.ReadLines).Where(l => l.StartsWith("To:", StringComparison.OrdinalIgnoreCase)) : []];
        }
        while (acknowledged.Any(a => !delivered.Any(to => to.Contains($"customer-{a.N}@example.com"))) && patience.Elapsed < TimeSpan.FromSeconds(90));
        acknowledged.ShouldAllBe(a => delivered.Any(to => to.Contains($"customer-{a.N}@example.com")));
        TestContext.Current.TestOutputHelper?.WriteLine($"3 kills, {acknowledged.Count} acknowledged writes, none lost, {delivered.Count} e-mails.");
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

    private static async Task WriteUntilKilledAsync(ApiClient api, ConcurrentBag<(Guid, int)> acknowledged, Func<int> next)
    {
        try
        {
            while (true)
            {
                var n = next();
                var reply = await api.PostAsync("/customers", new { name = $"Customer {n}", email = $"customer-{n}@example.com" });
                if (reply.Status != 201) return;
                acknowledged.Add((reply.Id, n));
            }
        }
        catch (HttpRequestException)
        {
            // The service was killed: what it had acknowledged is in the bag.
        }
    }
}
