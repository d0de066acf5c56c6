using Crm.Infrastructure.Outbound;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Registry;

/// <summary>Where the registry is and how long one try may take.</summary>
internal sealed record RegistrySettings(Uri BaseUrl, string? ApiKey, TimeSpan Timeout, TimeSpan RetryDelay)
{
    /// <summary>The settings, or null when no registry is configured (<c>Registry:BaseUrl</c>).</summary>
    /// <exception cref="StartupException">The address is none.</exception>
    public static RegistrySettings? Read(IConfiguration configuration)
    {
        if (ConfiguredAddress.Read(configuration, "Registry:BaseUrl") is not { } url) return null;
        var registry = configuration.GetSection("Registry");
        var key = string.IsNullOrEmpty(registry["ApiKey"]) ? null : registry["ApiKey"];
        return new RegistrySettings(url, key, TimeSpan.FromSeconds(registry.GetValue("TimeoutSeconds", 3.0)), TimeSpan.FromMilliseconds(200));
    }
}
