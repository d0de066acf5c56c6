using System.Globalization;

namespace Crm.Application.Outbound;

/// <summary>
/// Calls addresses that users name: webhooks, calls of rules. It never reaches the inside of the network the service runs in, unless the operator allows it, follows no
/// redirect, uses no proxy, sends no cookies, and reads little of what comes back. Called outside transactions only.
/// </summary>
public interface IOutboundHttp
{
    /// <summary>
    /// Why nobody may call this address, or null. A name that is not known at the moment is no reason: every call looks again, and connects to what it has looked at.
    /// Takes 3 s at most.
    /// </summary>
    Task<string?> RefusalAsync(string url, CancellationToken ct);

    /// <summary>Makes one call. Never throws but for <paramref name="ct"/>: what went wrong is in the answer.</summary>
    Task<OutboundAnswer> SendAsync(OutboundCall call, CancellationToken ct);
}

/// <summary>A call of an address that a user named.</summary>
/// <param name="Url">Absolute, http or https, without credentials.</param>
/// <param name="Headers">Besides those of the content.</param>
/// <param name="Body">What is sent, as <paramref name="ContentType"/>.</param>
public sealed record OutboundCall(string Url, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, string ContentType = "application/json")
{
    /// <summary>The method; POST unless said.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>How long connecting, sending and the answer may take together.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>How a call ended.</summary>
/// <param name="Status">The HTTP status; null when no answer came.</param>
/// <param name="Headers">Those of the answer: at most 50, each cut at 500 characters.</param>
/// <param name="Body">The beginning of the answer as text, at most 4 kB; null when no answer came.</param>
/// <param name="Error">Why there is no answer, or no whole one, in a few words that name no inner address.</param>
/// <param name="Took">From the beginning to the end of the call.</param>
public sealed record OutboundAnswer(int? Status, IReadOnlyDictionary<string, string> Headers, string? Body, string? Error, TimeSpan Took)
{
    /// <summary>How long the receiver asks to be left alone (Retry-After), if it does.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the receiver has taken it: any 2xx, whatever the answer says.</summary>
    public bool IsSuccess => Status is >= 200 and <= 299;
}

/// <summary>What an address must be before anybody looks where it leads.</summary>
public static class OutboundUrl
{
    /// <summary>The longest address.</summary>
    public const int MaxLength = 2_000;

    // Of a name with dots (RFC 1035 §2.3.4).
    private const int LongestName = 253;
    private static readonly IdnMapping Names = new();

    /// <summary>Why the text is no address to call, or null.</summary>
    public static string? Refusal(string? url) => url switch
    {
        null or "" => "must not be empty",
        { Length: > MaxLength } => $"must be at most {MaxLength} characters",
        _ when !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || !IsHost(uri) || Characters(url) => "must be an absolute http or https address",
        _ when new Uri(url).UserInfo.Length > 0 => "must not contain credentials",
        _ when new Uri(url).Fragment.Length > 0 => "must not contain a fragment",
        _ => null,
    };

    /// <summary>True for a name that the domain system can know, an internationalized one (RFC 5890) included, and for an address.</summary>
    private static bool IsHost(Uri uri)
    {
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6) return true;
        try
        {
            return uri is { HostNameType: UriHostNameType.Dns, IdnHost.Length: > 0 and <= LongestName } && Names.GetUnicode(uri.IdnHost).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // What parsers disagree about: white space, controls and backslashes.
    private static bool Characters(string url) => url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\');
}
