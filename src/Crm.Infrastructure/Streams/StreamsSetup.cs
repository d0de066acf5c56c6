using Crm.Application.EventConsumers;
using Crm.Application.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Infrastructure.Streams;

/// <summary>What gives the log to those who listen.</summary>
internal static class StreamsSetup
{
    public static IServiceCollection AddStreams(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(StreamSettings.Read(configuration)).AddSingleton<LogTails>().AddSingleton<IEventStreams>(p => p.GetRequiredService<LogTails>()).AddScoped<IStreamTickets, StreamTickets>().AddScoped<IConsumerPlaces, ConsumerPlaces>();
}
