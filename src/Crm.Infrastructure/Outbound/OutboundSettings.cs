using System.Net;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Outbound;

/// <summary>What the operator allows besides the Internet.</summary>
/// <param name="AllowPrivateNetworks">True when every address may be called.</param>
/// <param name="Hosts">Names and addresses, as they stand in a URL, that may be called wherever they lead.</param>
/// <param name="Networks">Blocks of addresses that may be called.</param>
internal sealed record OutboundSettings(bool AllowPrivateNetworks, IReadOnlySet<string> Hosts, IReadOnlyList<IPNetwork> Networks)
{
    /// <summary>Reads <c>Webhooks:AllowPrivateNetworks</c> and <c>Webhooks:AllowedHosts</c>: hosts and blocks such as <c>10.1.0.0/16</c>, separated by commas.</summary>
    /// <exception cref="StartupException">A block is none.</exception>
    public static OutboundSettings Read(IConfiguration configuration)
    {
        var entries = (configuration["Webhooks:AllowedHosts"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var networks = entries.Where(e => e.Contains('/', StringComparison.Ordinal)).Select(e => IPNetwork.TryParse(e, out var network)
            ? network
            : throw new StartupException($"Webhooks__AllowedHosts: '{e}' is no block of addresses such as 10.1.0.0/16."));
        return new OutboundSettings(configuration.GetValue("Webhooks:AllowPrivateNetworks", false),
            entries.Where(e => !e.Contains('/', StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase), [.. networks]);
    }
}
