using System.Collections.Concurrent;
using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Postgres;

namespace Crm.Api.Tests.Recovery;

/// <summary>The private cluster of a running service, backed up under load and put back.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private readonly string _root = ThrowAwayCluster.NewFolder();
    private ServiceProcess _service = null!;
    private ApiClient _tenant = null!;
    private string _token = "", _refreshToken = "";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_root);
        _service = await ServiceProcess.StartAsync(("Postgres__Fsync", "false"));
        var registered = (await _service.Api.PostAsync("/auth/register", new { organizationName = "Kept", fullName = "Olga", email = "olga@example.com", password = "Str0ng-pass-123456" })).ShouldBe(201);
        (_token, _refreshToken) = ((string)registered.Data["accessToken"]!, (string)registered.Data["refreshToken"]!);
        _tenant = _service.Api.As(_token);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Backed_up_under_load_it_comes_back_with_its_sessions_files_and_positions()
    {
        var kept = new ConcurrentBag<Guid>();
        for (var i = 0; i < 20; i++) kept.Add(await LeadAsync(_tenant));
        Directory.CreateDirectory(Path.Combine(_service.Folder, "files", "ab"));
        await File.WriteAllTextAsync(Path.Combine(_service.Folder, "files", "ab", "one"), "content", TestContext.Current.CancellationToken);
        var middle = await PositionAfterAsync(_tenant, 10);

        var backup = Path.Combine(_root, "backup");
        var written = await BackUpUnderLoadAsync(backup, kept);
        var lost = await LeadAsync(_tenant);
        var end = await EndOfAsync(_tenant, lost);
        await StopsAndBacksUpTooAsync();

        await RestoreAsync(backup, "first");
        await using var first = await ServiceProcess.StartAsync(("CRM_DATA_DIR", Path.Combine(_root, "first")), ("Postgres__Fsync", "false"));
        var tenant = first.Api.As(_token);
        (await tenant.GetAsync("/auth/me")).ShouldBe(200);
        (await first.Api.PostAsync("/auth/refresh", new { refreshToken = _refreshToken })).ShouldBe(200);
        (await File.ReadAllTextAsync(Path.Combine(_root, "first", "files", "ab", "one"), TestContext.Current.CancellationToken)).ShouldBe("content");
        foreach (var id in kept) (await tenant.GetAsync($"/leads/{id}")).ShouldBe(200);
        (await tenant.GetAsync($"/leads/{lost}")).ShouldFail(404, "NOT_FOUND");

        // A reader goes on from where it was: in the middle of what was backed up, or beyond its end.
        var all = await LogAsync(tenant, "0");
        var rest = await LogAsync(tenant, middle);
        rest.ShouldBe(all[10..]);
        var news = new List<Guid>();
        for (var i = 0; i < 5; i++) news.Add(await LeadAsync(tenant));
        var last = await EndOfAsync(tenant, news[^1]);
        (await LogAsync(tenant, middle)).ShouldBe([.. rest, .. news]);
        (await LogAsync(tenant, end)).ShouldBe(news);

        // The same backup once more, elsewhere: what the first restore handed out is behind what the second one writes, too.
        await RestoreAsync(backup, "second");
        await using var second = await ServiceProcess.StartAsync(("CRM_DATA_DIR", Path.Combine(_root, "second")), ("Postgres__Fsync", "false"));
        var again = second.Api.As(_token);
        var latest = await LeadAsync(again);
        await EndOfAsync(again, latest);
        (await LogAsync(again, last)).ShouldBe([latest]);
        (await LogAsync(again, "0")).ShouldBe([.. all, latest]);
        await Task.WhenAll(first.StopAsync(), second.StopAsync());
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{written} leads written during the backup, {kept.Count} acknowledged before it: none lost; {all.Count} events restored, none twice.");
    }

    [Fact]
    public async Task A_folder_that_a_service_works_on_is_left_alone()
    {
        var backup = Path.Combine(_root, "backup");
        await EndsWellAsync(CrmProgram.OnFolder(_service.Folder, "backup", backup));
        using var restore = CrmProgram.OnFolder(_service.Folder, "restore", backup);
        (await restore.EndAsync()).ShouldExit(1).Error.ShouldContain(_service.Folder);
        (await _tenant.GetAsync("/auth/me")).ShouldBe(200);
        await EndsWellAsync(CrmProgram.OnFolder(_service.Folder, "verify"));
    }

    /// <summary>Adds to <paramref name="kept"/> what was acknowledged before the backup began, and answers how much was during it.</summary>
    private async Task<int> BackUpUnderLoadAsync(string file, ConcurrentBag<Guid> kept)
    {
        using var enough = new CancellationTokenSource();
        var written = new ConcurrentQueue<Guid>();
        var writers = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!enough.IsCancellationRequested) written.Enqueue(await LeadAsync(_tenant));
        }).ToList();
        await Eventually.Async(() => Task.FromResult(written.Count > 20), "nobody writes");
        Guid[] before = [.. written];
        foreach (var id in before) kept.Add(id);
        try
        {
            await EndsWellAsync(CrmProgram.OnFolder(_service.Folder, "backup", file));
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(writers);
        }

        return written.Count - before.Length;
    }

    private async Task StopsAndBacksUpTooAsync()
    {
        (await _service.StopAsync()).ShouldBe(0);
        await EndsWellAsync(CrmProgram.OnFolder(_service.Folder, "backup", Path.Combine(_root, "stopped")));
        File.Exists(Path.Combine(_service.Folder, "postgres", "postmaster.pid")).ShouldBeFalse();
    }

    private async Task RestoreAsync(string backup, string name)
    {
        await EndsWellAsync(CrmProgram.OnFolder(Path.Combine(_root, name), "restore", backup));
        await EndsWellAsync(CrmProgram.OnFolder(Path.Combine(_root, name), "verify"));
    }

    private static async Task EndsWellAsync(CrmProgram program)
    {
        using (program) (await program.EndAsync()).ShouldExit(0);
    }

    private static async Task<Guid> LeadAsync(ApiClient tenant) => (await tenant.PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201).Id;

    private static async Task<string> PositionAfterAsync(ApiClient tenant, int events) =>
        (string)(await tenant.EventsAsync($"after=0&types=lead.created&take={events}", events)).Items[^1]!["position"]!;

    /// <summary>The position of a reader who has seen everything up to a lead.</summary>
    private static async Task<string> EndOfAsync(ApiClient tenant, Guid lead)
    {
        await tenant.EventsAsync($"after=0&types=lead.created&aggregateId={lead}");
        return await ReadAsync(tenant, "0", _ => { });
    }

    private static async Task<List<Guid>> LogAsync(ApiClient tenant, string after)
    {
        var seen = new List<Guid>();
        await ReadAsync(tenant, after, seen.Add);
        return seen;
    }

    private static async Task<string> ReadAsync(ApiClient tenant, string after, Action<Guid> see)
    {
        while (true)
        {
            var page = (await tenant.GetAsync($"/events?after={after}&types=lead.created&take=200")).ShouldBe(200);
            foreach (var one in page.Items) see((Guid)one!["aggregateId"]!);
            after = (string)page.Meta["position"]!;
            if (page.Meta["nextCursor"] is null) return after;
        }
    }
}
