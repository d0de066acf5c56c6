using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Bus;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Crm.Api.Tests.Durability;

/// <summary>
/// A service whose events go to a broker and to a receiver of webhooks, and set a rule off that makes a task, changes the record and sends an e-mail; and callers who write
/// leads meanwhile.
/// </summary>
internal sealed class MotionDrill : IAsyncDisposable
{
    private const string Queue = "drill";
    private const int Piece = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, bool> _tried = new();
    private readonly List<JsonNode> _queued = [];
    private readonly RabbitServer _rabbit;
    private readonly WebhookReceiver _receiver;
    private readonly IReadOnlyList<ServiceProcess> _instances;
    private readonly TenantClient _owner;
    private int _firstTries, _failed, _kills, _stops;

    private MotionDrill(RabbitServer rabbit, WebhookReceiver receiver, IReadOnlyList<ServiceProcess> instances, TenantClient owner) => (_rabbit, _receiver, _instances, _owner) = (rabbit, receiver, instances, owner);

    private ApiClient Tenant => _instances[0].Api.As(_owner.Token);

    /// <summary>Starts all of it, with so many instances of the service on the database; null = one instance with a database of its own.</summary>
    public static async Task<MotionDrill> StartAsync(bool failing, string? database = null, int instances = 1)
    {
        var rabbit = await RabbitServer.StartedAsync();
        await rabbit.QueueAsync(Queue, "*.lead.*", "*.task.*");
        var receiver = await WebhookReceiver.StartAsync();
        (string, string)[] settings = [("RabbitMq__Uri", rabbit.Uri.ToString()), ("Webhooks__AllowedHosts", "127.0.0.1"), ("Jwt__Key", "instances-of-a-drill-share-one-key-0123456789")];
        if (database is not null) settings = [.. settings, ("ConnectionStrings__Crm", database)];
        var services = new List<ServiceProcess>();
        while (services.Count < instances) services.Add(await ServiceProcess.StartAsync(settings));
        var drill = new MotionDrill(rabbit, receiver, services, await services[0].Api.RegisterAsync());
        if (failing) receiver.Answer = drill.Answer;
        await drill.Tenant.WebhookAsync(receiver, ["lead.*", "task.*"], new { concurrencyLimit = 10 });
        await drill.Tenant.RuleAsync(new { type = "RECORD_CREATED" },
        [
            new { type = "CREATE_TASK", title = "{{id}}" },
            new { type = "UPDATE_FIELD", field = "score", value = 33 },
            new { type = "SEND_EMAIL", to = "{{email}}", subject = "Welcome {{name}}", body = "Dear {{name}}" },
        ]);
        return drill;
    }

    public async Task StopBrokerAsync()
    {
        _stops++;
        await _rabbit.KillAsync();
    }

    public Task StartBrokerAsync() => _rabbit.StartAsync();

    /// <summary>Kills an instance, one after the other by turns, and starts it again.</summary>
    public async Task KillServiceAsync()
    {
        var victim = _instances[_kills++ % _instances.Count];
        await victim.KillServiceAsync();
        await victim.StartAsync();
    }

    /// <summary>Lets callers write as many leads; what happens on the way happens when this share of them is there.</summary>
    public async Task<Load> WriteAsync(int leads, int perSecond, params (double At, Func<Task> Act)[] happens)
    {
        var load = Load.OfPeople(_instances, _owner, leads, perSecond);
        foreach (var (at, act) in happens.Append((1, () => Task.CompletedTask)))
        {
            for (var goal = (int)(leads * at); load.Records < goal && !load.IsWrong;) await load.MoreAsync(Math.Min(Piece, goal - load.Records));
            await act();
        }
        await load.StopAsync();
        return load;
    }

    /// <summary>Waits until everything has arrived, and looks whether it did so as it should. The answer says what it was.</summary>
    public async Task<string> VerifyAsync(Load load)
    {
        await EffectsAsync(load);
        var log = await LogAsync();
        await Eventually.Async(async () => await QueuedAsync(log), "not every event reaches the queue", Patience);
        await Eventually.Async(() => Task.FromResult(Has(_receiver.Taken.Select(c => c.Id), log)), "not every event reaches the receiver", Patience);
        InOrder(_queued.Select(m => ((string)m["id"]!, (Guid)m["data"]!["aggregateId"]!, (int)m["data"]!["version"]!)));
        InOrder(_receiver.Taken.Select(c => (c.Id, c.Record, c.Version)));
        await load.VerifyAsync(Tenant);
        return $"{log.Count} events of leads and tasks; {_stops} stops of the broker, {_kills} kills, {_failed} of {_receiver.Calls.Count} calls failed; repeated: {_queued.Count - log.Count} in the queue, {_receiver.Taken.Count - log.Count} at the receiver; {load}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances) await instance.DisposeAsync();
        await _receiver.DisposeAsync();
        await _rabbit.DisposeAsync();
    }

    /// <summary>The first try of every third event fails: what is tried again five seconds later arrives then.</summary>
    private IResult Answer(WebhookCall call)
    {
        if (!_tried.TryAdd(call.Id, true) || Interlocked.Increment(ref _firstTries) % 3 != 0) return Results.Ok();
        Interlocked.Increment(ref _failed);
        return Results.StatusCode(500);
    }

    /// <summary>One task, one change and one e-mail for each lead, and no other.</summary>
    private async Task EffectsAsync(Load load)
    {
        var leads = load.Writes.SelectMany(w => w.Ids).ToList();
        await Eventually.Async(async () => (int)(await Tenant.GetAsync("/leads?score[ne]=33&count=exact&take=1")).ShouldBe(200).Meta["total"]! == 0, "not every rule takes its second step", Patience);
        await Eventually.Async(() => Task.FromResult(Mails().Length >= leads.Count), "not every e-mail is sent", Patience);
        var titles = await AllAsync("/tasks?fields=title&sort=createdAt", "cursor", "nextCursor");
        EachOnce(titles.Select(t => (Guid)t["title"]!), leads);
        EachOnce((await AllAsync("/events?types=lead.updated", "after", "position")).Select(e => (Guid)e["aggregateId"]!), leads);
        EachOnce(Mails().Select(f => MailText.Header(File.ReadAllText(f), "To").Trim('<', '>')), load.Writes.Select(w => (string)JsonSerializer.SerializeToNode(w.Body)!["email"]!));
        (await Tenant.GetAsync("/dead-letters")).ShouldBe(200).Items.ShouldBeEmpty();
    }

    private static void EachOnce<T>(IEnumerable<T> found, IEnumerable<T> expected)
    {
        var (all, wanted) = (found.ToList(), expected.ToHashSet());
        wanted.Except(all).ShouldBeEmpty();
        all.Except(wanted).ShouldBeEmpty();
        all.Count.ShouldBe(wanted.Count);
    }

    private string[] Mails() => [.. _instances.Select(i => Path.Combine(i.Folder, "mail")).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.eml"))];

    /// <summary>The events that are to arrive.</summary>
    private async Task<IReadOnlySet<string>> LogAsync() =>
        (await AllAsync("/events", "after", "position")).Where(e => (string)e["aggregateType"]! is "lead" or "task").Select(e => (string)e["id"]!).ToHashSet();

    private async Task<bool> QueuedAsync(IReadOnlySet<string> log)
    {
        _queued.AddRange((await _rabbit.TakeAsync(Queue)).Select(m => m.Told));
        return Has(_queued.Select(m => (string)m["id"]!), log);
    }

    private static bool Has(IEnumerable<string> arrived, IReadOnlySet<string> log) => log.IsSubsetOf(arrived);

    /// <summary>Of each record, each event came for the first time after those before it.</summary>
    private static void InOrder(IEnumerable<(string Id, Guid Record, int Version)> arrived)
    {
        foreach (var record in arrived.DistinctBy(a => a.Id).GroupBy(a => a.Record))
            record.Select(a => a.Version).ShouldBeInOrder(SortDirection.Ascending);
    }

    private async Task<IReadOnlyList<JsonNode>> AllAsync(string path, string parameter, string next)
    {
        var (all, from) = (new List<JsonNode>(), "");
        while (true)
        {
            var page = (await Tenant.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}take=200{from}")).ShouldBe(200);
            all.AddRange(page.Items.Select(i => i!));
            if (page.Items.Count == 0 || (string?)page.Meta[next] is not { } on) return all;
            from = $"&{parameter}={on}";
        }
    }
}
