using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Events;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Streams;

/// <summary>The tails of the tenants that somebody streams on this instance.</summary>
internal sealed class LogTails : IEventStreams, IDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Guid, LogTail> _tails = new();
    private readonly Dictionary<(Guid TenantId, Guid UserId), int> _users = [];
    private readonly (LogReader Log, SystemCallers Callers, ResourceCatalog Resources, StreamSettings Settings, TimeProvider Clock, ILogger<LogTails> Logger) _with;
    private readonly IDisposable _news;
    private readonly Meter _meter = new(Telemetry.Name);

    // Those who read by themselves must leave connections for everybody else.
    private readonly SemaphoreSlim _readers = new(4);

    public LogTails(LogReader log, LogNews news, SystemCallers callers, ResourceCatalog resources, StreamSettings settings, TimeProvider clock, ILogger<LogTails> logger)
    {
        _with = (log, callers, resources, settings, clock, logger);
        _meter.CreateObservableGauge("crm.streams.open", Open, "{stream}", "Streams of events that are open on this instance.");
        _news = news.Subscribe(Wake);
    }

    public async Task<IEventStream> OpenAsync(Caller caller, EventSelection selection, LogPosition? after, CancellationToken ct, string named = "after")
    {
        // Before anything else, so that nothing committed from here on is missed.
        var end = await _with.Log.EndAsync(caller.TenantId, after, named, ct);
        return new EventStream(this, Enter(caller, end), caller, selection, after ?? end);
    }

    /// <summary>Refuses a position that the log has not reached.</summary>
    public Task EnsureReachedAsync(Caller caller, LogPosition position, CancellationToken ct) => _with.Log.EndAsync(caller.TenantId, position, "after", ct);

    public EventScope Scope(Caller caller, EventSelection selection) => EventScope.Of(caller, selection, _with.Resources);

    public async Task<LogPage> ReadAsync(EventScope scope, LogPosition after, int take, CancellationToken ct)
    {
        await _readers.WaitAsync(ct);
        try
        {
            return await _with.Log.ReadAsync(scope, after, take, ct);
        }
        finally
        {
            _readers.Release();
        }
    }

    public void Leave(Caller caller)
    {
        lock (_gate)
        {
            var key = (caller.TenantId, caller.UserId);
            if (--_users[key] == 0) _users.Remove(key);
            var tail = _tails[caller.TenantId];
            if (--tail.Readers > 0) return;
            _tails.TryRemove(caller.TenantId, out _);
            tail.Dispose();
        }
    }

    public void Dispose()
    {
        _news.Dispose();
        _meter.Dispose();
        foreach (var tail in _tails.Values) tail.Dispose();
    }

    private LogTail Enter(Caller caller, LogPosition end)
    {
        lock (_gate)
        {
            var key = (caller.TenantId, caller.UserId);
            var (mine, all) = (_users.GetValueOrDefault(key), _tails.TryGetValue(caller.TenantId, out var tail) ? tail.Readers : 0);
            if (mine >= _with.Settings.PerUser) throw TooMany($"You have {mine} streams open on this instance, which is as many as a user may have.");
            if (all >= _with.Settings.PerTenant) throw TooMany($"The organization has {all} streams open on this instance, which is as many as it may have.");
            if (tail is null) _tails[caller.TenantId] = tail = new LogTail(caller.TenantId, end, _with.Log, _with.Callers, _with.Clock, _with.Logger);
            _users[key] = mine + 1;
            tail.Readers++;
            return tail;
        }
    }

    private void Wake(Guid? tenantId)
    {
        if (tenantId is { } one) _tails.GetValueOrDefault(one)?.Wake();
        else
            foreach (var tail in _tails.Values) tail.Wake();
    }

    private int Open()
    {
        lock (_gate) return _users.Values.Sum();
    }

    private static CrmException TooMany(string message) => new(ErrorKind.RateLimited, "RATE_LIMITED", message) { RetryAfter = Later };
}
