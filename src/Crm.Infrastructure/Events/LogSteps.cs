using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>How a step along a log ended.</summary>
internal enum LogStep
{
    /// <summary>There is nothing left, or somebody else is at it.</summary>
    Done,

    /// <summary>There is more.</summary>
    More,

    /// <summary>Events are there that cannot be shown before another transaction ends.</summary>
    Undecided,
}

/// <summary>One step along one tenant's log: reads a piece, gives it to who follows, and writes down how far they have come.</summary>
internal sealed partial class LogSteps(IServiceScopeFactory scopes, IEnumerable<ILogForwarder> forwarders, LogPlaces places, LogReader reader, SystemCallers callers, TimeProvider clock, ILogger<LogSteps> logger)
{
    /// <summary>The lane of all <see cref="ILogFollower"/>s together: each has its place, and one transaction moves all of them.</summary>
    public const string Followers = "followers";

    private const int Piece = 100, Pieces = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20), Renewal = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, ILogForwarder> _forwarders = forwarders.Where(f => f.IsOn).ToDictionary(f => f.Name);

    private string[] _followers = [];

    /// <summary>Who has a place in each tenant's log.</summary>
    public IReadOnlyList<string> Places => [.. _followers, .. _forwarders.Keys];

    /// <summary>What goes on beside each other in a tenant's log.</summary>
    public IReadOnlyList<string> Lanes => [Followers, .. _forwarders.Keys];

    /// <summary>Finds out who follows, and makes those known who are new. Before anything else.</summary>
    public async Task IntroduceAsync(CancellationToken ct)
    {
        await using (var scope = scopes.CreateAsyncScope())
            _followers = [.. scope.ServiceProvider.GetServices<ILogFollower>().Select(f => f.Name).Order(StringComparer.Ordinal)];
        await places.IntroduceAsync(Places, ct);
    }

    /// <summary>Which lane moves this place on.</summary>
    public string LaneOf(string place) => _forwarders.ContainsKey(place) ? place : Followers;

    /// <summary>Never throws, unless the service stops: what failed is found again by looking.</summary>
    public async Task<LogStep> RunAsync(Guid tenantId, string name, CancellationToken stopping)
    {
        try
        {
            // Its log waits: whoever follows goes on from here once it is let in again.
            if (await callers.IsSuspendedAsync(tenantId, stopping) || await callers.FindAsync(tenantId, stopping) is not { } caller) return LogStep.Done;
            return _forwarders.TryGetValue(name, out var forwarder) ? await ForwardAsync(caller, forwarder, stopping) : await FollowAsync(caller, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Failed(name, tenantId, e);
            return LogStep.Done;
        }
    }

    private async Task<LogStep> FollowAsync(Caller caller, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (services, unit) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<IUnitOfWork>());
        services.GetRequiredService<CurrentUseCase>().Name = "Log " + Followers;
        services.GetRequiredService<IRequestContext>().ActAs(caller);
        await unit.BeginAsync(ct);
        try
        {
            var session = services.GetRequiredService<TenantSession>();
            var held = await LogPlaces.HoldAsync(session, _followers, ct);
            var page = held.Count > 0 ? await reader.ReadAsync(session, caller, held.Values.Min(), Piece, ct) : null;
            if (page is null or { Events.Count: 0 })
            {
                await unit.RollbackAsync();
                return page is { Undecided: true } ? LogStep.Undecided : LogStep.Done;
            }
            foreach (var follower in services.GetServices<ILogFollower>())
                if (held.TryGetValue(follower.Name, out var place) && After(place, page.Events) is { Count: > 0 } events)
                    await GiveAsync(follower, events, unit, services.GetRequiredService<IOutbox>(), ct);
            await LogPlaces.MoveAsync(session, held, page.Next, ct);
            await unit.CommitAsync(ct);
            return page.More ? LogStep.More : page.Undecided ? LogStep.Undecided : LogStep.Done;
        }
        catch
        {
            await unit.RollbackAsync();
            throw;
        }
    }

    /// <summary>Followers that have come equally far, as they nearly always have, get the piece as it is.</summary>
    private static IReadOnlyList<LoggedEvent> After(LogPosition place, IReadOnlyList<LoggedEvent> events) =>
        place.CompareTo(events[0].Place) < 0 ? events : [.. events.Where(e => place.CompareTo(e.Place) < 0)];

    /// <summary>All at once; if that fails one by one, so that one bad event holds up neither the others nor other followers.</summary>
    private async Task GiveAsync(ILogFollower follower, IReadOnlyList<LoggedEvent> events, IUnitOfWork unit, IOutbox outbox, CancellationToken ct)
    {
        if (await TryAsync(follower, events, unit, ct)) return;
        foreach (var one in events)
            if (!await TryAsync(follower, [one], unit, ct)) await outbox.RepeatAsync(FollowAgain.Message(one), FollowAgain.SinkOf(follower), ct);
    }

    private async Task<bool> TryAsync(ILogFollower follower, IReadOnlyList<LoggedEvent> events, IUnitOfWork unit, CancellationToken ct)
    {
        await unit.SavepointAsync(ct);
        try
        {
            await follower.FollowAsync(events, ct);
            await unit.SaveAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Where the connection is gone this throws, and the whole piece is given again.
            await unit.RollbackToSavepointAsync();
            NotFollowed(follower.Name, events[0].Event.Id, events.Count, e);
            return false;
        }
        await unit.ReleaseAsync(ct);
        return true;
    }

    private async Task<LogStep> ForwardAsync(Caller caller, ILogForwarder forwarder, CancellationToken stopping)
    {
        var (tenant, holder) = (caller.TenantId, Guid.NewGuid());
        if (await places.LeaseAsync(tenant, forwarder.Name, holder, stopping) is not { } place) return LogStep.Done;
        try
        {
            for (var pieces = 0; pieces < Pieces; pieces++)
            {
                var page = await reader.ReadAsync(caller, place, Piece, stopping);
                if (page.Events.Count > 0)
                {
                    await SendAsync(forwarder, page.Events, () => places.RenewAsync(tenant, forwarder.Name, holder), stopping);
                    if (!await places.MoveAsync(tenant, forwarder.Name, holder, page.Next)) return LogStep.Done;
                }
                place = page.Next;
                if (page.More) continue;
                await places.LeaveAsync(tenant, forwarder.Name, holder);
                return page.Undecided ? LogStep.Undecided : LogStep.Done;
            }
            await places.LeaveAsync(tenant, forwarder.Name, holder);
            return LogStep.More;
        }
        catch (Exception e)
        {
            if (stopping.IsCancellationRequested)
            {
                await places.LeaveAsync(tenant, forwarder.Name, holder);
                throw;
            }
            NotForwarded(forwarder.Name, tenant, OutboxDelivery.Describe(e));
            await places.PauseAsync(tenant, forwarder.Name, holder, OutboxDelivery.Describe(e));
            return LogStep.Done;
        }
    }

    private async Task SendAsync(ILogForwarder forwarder, IReadOnlyList<LoggedEvent> events, Func<Task<bool>> renew, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Limit);
        var sending = forwarder.ForwardAsync(events, limit.Token);
        await Task.WhenAll(sending, RenewAsync(sending, renew, limit.Token));
    }

    /// <summary>Keeps the place for as long as it may take. Who lost it finds out when he moves on.</summary>
    private async Task RenewAsync(Task sending, Func<Task<bool>> renew, CancellationToken limit)
    {
        try
        {
            do await Task.WhenAny(sending, Task.Delay(Renewal, clock, limit));
            while (!sending.IsCompleted && !limit.IsCancellationRequested && await renew());
        }
        catch (NpgsqlException)
        {
            // The database is away; moving on will say so.
        }
    }

    [LoggerMessage(LogLevel.Error, "A step of {Follower} along the log of tenant {TenantId} failed; it is tried again in a second")]
    private partial void Failed(string follower, Guid tenantId, Exception e);

    [LoggerMessage(LogLevel.Error, "{Follower} failed at event {EventId} or the {Count} from it on")]
    private partial void NotFollowed(string follower, Guid eventId, int count, Exception e);

    [LoggerMessage(LogLevel.Warning, "{Forwarder} could not take on the events of tenant {TenantId}: {Error}; they wait")]
    private partial void NotForwarded(string forwarder, Guid tenantId, string error);
}
