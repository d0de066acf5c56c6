using System.Diagnostics.Metrics;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;

namespace Crm.Infrastructure.Events;

/// <summary>What happens in the business, as a metric: committed events by type.</summary>
internal sealed class CountEvents : IEventListener, IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);
    private readonly Counter<long> _events;

    public CountEvents() => _events = _meter.CreateCounter<long>("crm.events", "{event}", "Events committed by this instance, by type.");

    public Task HearAsync(EventNotice notice, CancellationToken ct)
    {
        _events.Add(1, new KeyValuePair<string, object?>("type", notice.Type));
        return Task.CompletedTask;
    }

    public void Dispose() => _meter.Dispose();
}
