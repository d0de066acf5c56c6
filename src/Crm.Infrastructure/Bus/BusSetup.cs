using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Infrastructure.Bus;

/// <summary>The event bus towards other systems, off until a broker is configured.</summary>
internal static class BusSetup
{
    public static IServiceCollection AddBus(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = BusSettings.Read(configuration);
        return services.AddSingleton(_ => new BusConnection(settings)).AddSingleton<IBroker>(p => new Broker(p.GetRequiredService<BusConnection>())).AddHostedService<BusConsumers>();
    }
}

/// <summary>The broker, for those who ask how it is.</summary>
public interface IBroker
{
    /// <summary>Returns when it answers.</summary>
    Task PingAsync(CancellationToken ct);
}

internal sealed class Broker(BusConnection connection) : IBroker
{
    public Task PingAsync(CancellationToken ct) => connection.OpenAsync(ct);
}
