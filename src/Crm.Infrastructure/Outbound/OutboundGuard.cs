using System.Net;
using System.Net.Sockets;
using Crm.Application.Outbound;

namespace Crm.Infrastructure.Outbound;

/// <summary>An address that must not be called, found when connecting.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);

/// <summary>
/// Keeps calls of addresses that users name out of the network the service runs in. What a name leads to is asked once per connection, every address it leads to is looked
/// at, and the connection goes to one of these: a name that answers otherwise the second time (DNS rebinding) gains nothing.
/// </summary>
internal sealed class OutboundGuard(OutboundSettings settings, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private const string Inside = "leads into a private network";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks the system's resolver.</summary>
    public OutboundGuard(OutboundSettings settings) : this(settings, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>Why the address must not be called, or null. A name that cannot be resolved at the moment may be another time.</summary>
    public async Task<string?> RefusalAsync(string url, CancellationToken ct)
    {
        if (OutboundUrl.Refusal(url) is { } refusal) return refusal;
        try
        {
            await ResolveAsync(new Uri(url).IdnHost, ct).WaitAsync(Patience, ct);
        }
        catch (AddressRefusedException)
        {
            return Inside;
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            // Looked at again with every connection.
        }
        return null;
    }

    /// <summary>Opens a connection for <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, ct);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What the host of a URL leads to, all of it allowed.</summary>
    /// <exception cref="AddressRefusedException">Some of it is not.</exception>
    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        var name = host.Trim('[', ']');
        var addresses = IPAddress.TryParse(name, out var literal) ? [literal] : await resolve(name, ct);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        return settings.AllowPrivateNetworks || settings.Hosts.Contains(name) || addresses.All(IsAllowed) ? addresses : throw new AddressRefusedException(Inside);
    }

    private bool IsAllowed(IPAddress address) => PublicAddresses.Has(address) || settings.Networks.Any(network => network.Contains(address));
}
