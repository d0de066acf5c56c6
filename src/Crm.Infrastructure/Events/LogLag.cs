using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;

namespace Crm.Infrastructure.Events;

/// <summary>Publishes in how many tenants' logs each follower has something to do, as it was when somebody last looked.</summary>
internal sealed class LogLag : IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);
    private volatile IReadOnlyDictionary<string, int> _behind = new Dictionary<string, int>();

    public LogLag() => _meter.CreateObservableGauge("crm.log.behind",
        () => _behind.Select(b => new Measurement<int>(b.Value, new KeyValuePair<string, object?>("follower", b.Key))), "{tenant}",
        "Tenants in whose log this follower has not come to the end.");

    public void Set(IReadOnlyList<(Guid TenantId, string Follower)> behind) => _behind = behind.GroupBy(b => b.Follower).ToDictionary(g => g.Key, g => g.Count());

    public void Dispose() => _meter.Dispose();
}
