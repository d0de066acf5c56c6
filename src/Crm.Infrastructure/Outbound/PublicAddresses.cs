using System.Net;
using System.Net.Sockets;

namespace Crm.Infrastructure.Outbound;

/// <summary>
/// Which addresses are out on the Internet. The others, by the registries of special-purpose addresses (IANA; RFC 6890, 8190), are inside some network, or lead
/// inside by another way (IPv4 within IPv6), or are nobody's.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // A cloud's own service, on an address that looks like anybody's.
            "168.63.129.16/32",
            // Within 2000::/3, the only block of IPv6 given out: IETF protocols with Teredo and ORCHID, documentation, 6to4.
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        ]).Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GivenOut = IPNetwork.Parse("2000::/3");

    /// <summary>True for an address that anybody on the Internet may have. IPv4 mapped into IPv6 and translated (NAT64) is none: it is reached as IPv4 or not at all.</summary>
    public static bool Has(IPAddress address) =>
        address.AddressFamily switch
        {
            AddressFamily.InterNetwork => true,
            AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6 && address.ScopeId == 0 && GivenOut.Contains(address),
            _ => false,
        } && !NotPublic.Any(network => network.Contains(address));
}
