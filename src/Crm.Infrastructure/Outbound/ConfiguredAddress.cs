using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Outbound;

/// <summary>The address of another system, as the configuration names it.</summary>
internal static class ConfiguredAddress
{
    /// <summary>The address; null when none is set.</summary>
    /// <exception cref="StartupException">What is set is no http or https address.</exception>
    public static Uri? Read(IConfiguration configuration, string setting) => string.IsNullOrWhiteSpace(configuration[setting]) ? null
        : Uri.TryCreate(configuration[setting], UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw new StartupException($"{setting} must be an http or https address.");
}
