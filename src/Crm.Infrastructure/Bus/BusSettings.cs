using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Bus;

/// <summary>Where the broker is.</summary>
internal sealed record BusSettings(Uri Uri)
{
    /// <summary>The topic exchange of all events.</summary>
    public const string Exchange = "crm.events";

    /// <summary>Where messages go that a handler has failed at too often.</summary>
    public const string Dead = "crm.dead";

    /// <summary>The settings, or null when no broker is configured (<c>RabbitMq:Uri</c>).</summary>
    /// <exception cref="StartupException">The address is none.</exception>
    public static BusSettings? Read(IConfiguration configuration)
    {
        var text = configuration["RabbitMq:Uri"];
        if (string.IsNullOrWhiteSpace(text)) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" ? new BusSettings(uri!) : throw new StartupException("RabbitMq:Uri must be an amqp or amqps address.");
    }
}
