using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity.Issuers;

/// <summary>An issuer whose tokens are accepted besides our own.</summary>
/// <param name="Name">What its tokens have as <c>iss</c>.</param>
/// <param name="Audience">What they must have as, or among, <c>aud</c>.</param>
/// <param name="Keys">Where its keys are: a file, or an address of a key set or of its OpenID configuration.</param>
/// <param name="TrustsEmail">Whether a verified e-mail of its tokens names the user with that address.</param>
internal sealed record IssuerSettings(string Name, string Audience, string Keys, bool TrustsEmail)
{
    private const string Discovery = "/.well-known/openid-configuration";

    /// <summary>The issuers of <c>Authentication:Issuers</c>.</summary>
    /// <exception cref="StartupException">A setting is missing or wrong, a key file cannot be read or has a weak key.</exception>
    public static IReadOnlyList<IssuerSettings> Read(IConfiguration configuration)
    {
        var issuers = configuration.GetSection("Authentication:Issuers").GetChildren().Select(One).ToList();
        var twice = issuers.GroupBy(i => i.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? issuers : throw new StartupException($"Authentication__Issuers names {twice.Key} twice.");
    }

    /// <summary>How its keys are read.</summary>
    public Func<CancellationToken, Task<KeySet>> Reader(HttpClient http)
    {
        if (Address(Keys) is not { } address) return async ct => KeySet.Parse(await File.ReadAllBytesAsync(Keys, ct));
        if (!Keys.EndsWith(Discovery, StringComparison.Ordinal)) return async ct => KeySet.Parse(await http.GetByteArrayAsync(address, ct));
        return async ct => KeySet.Parse(await http.GetByteArrayAsync(KeyAddress(await http.GetByteArrayAsync(address, ct)), ct));
    }

    /// <summary>Where the OpenID configuration says the keys are (OpenID Connect Discovery 1.0 §4.3): of this issuer, and no less protected.</summary>
    private Uri KeyAddress(byte[] configuration) =>
        StrictJson.Object(configuration) is { } json && json.Text("issuer") == Name && json.Text("jwks_uri") is { } text && Address(text) is { } address && IsProtected(address)
            ? address
            : throw new FormatException($"The OpenID configuration is not that of {Name}, or names no protected jwks_uri.");

    private static IssuerSettings One(IConfigurationSection section)
    {
        string Required(string name) => section[name] is { Length: > 0 } text ? text : throw new StartupException($"{section.Path.Replace(":", "__", StringComparison.Ordinal)}__{name} is not set.");
        var settings = new IssuerSettings(Required("Issuer"), Required("Audience"), Required("KeySet"), section.GetValue("TrustEmail", false));
        if (Address(settings.Keys) is { } address)
            return IsProtected(address) ? settings : throw new StartupException($"The keys of {settings.Name} must be at an https address: whoever changes them on the way can be anybody.");
        try
        {
            var keys = KeySet.Parse(File.ReadAllBytes(settings.Keys));
            if (keys.Weak.Count > 0) throw new StartupException($"The key set {settings.Keys} has a weak key. {keys.Weak[0]}.");
            return keys.Keys.Count > 0 ? settings : throw new StartupException($"The key set {settings.Keys} has no key for RS256 or ES256.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new StartupException($"The key set {settings.Keys} of {settings.Name} cannot be read: {e.Message}", e);
        }
    }

    private static Uri? Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    private static bool IsProtected(Uri address) => address.Scheme == "https" || address.IsLoopback;
}
