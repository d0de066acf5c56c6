using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;

namespace Crm.Infrastructure.Events;

/// <summary>Publishes in how many tenants' logs each follower has not come to the end, be it at work or waiting, as it was when somebody last looked.</summary>
internal sealed class LogLag : IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);
    private volatile IReadOnlyDictionary<string, int> _behind = new Dictionary<string, int>();

    public LogLag() => _meter.CreateObservableGauge("crm.log.behind",
        () => _behind.Select(b => new Measurement<int>(b.Value, new KeyValuePair<string, object?>("follower", b.Key))), "{tenant}",
        "Tenants in whose log this follower has not come to the end.");

    public void Set(IReadOnlyList<string> followers, IReadOnlyList<(Guid TenantId, string Follower, bool IsDue)> behind)
    {
        var counts = behind.CountBy(b => b.Follower).ToDictionary();
        _behind = followers.ToDictionary(f => f, f => counts.GetValueOrDefault(f));
    }

    public void Dispose() => _meter.Dispose();
}
