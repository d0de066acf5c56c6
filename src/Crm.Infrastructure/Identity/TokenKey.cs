using System.Text;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// The key access tokens are signed with: <c>Jwt:Key</c>, else a random one made once and kept in the data folder, so that tokens
/// survive a restart. Where production is asked for by name on an outside database, there are other instances, and no key is refused.
/// </summary>
public sealed record TokenKey(byte[] Bytes)
{
    private const int MinBytes = 32;

    /// <summary>Reads or makes it.</summary>
    /// <exception cref="StartupException">The key is missing in production, too short, or plainly not random.</exception>
    public static TokenKey Of(IConfiguration configuration)
    {
        if (configuration["Jwt:Key"] is { Length: > 0 } text)
        {
            var key = Encoding.UTF8.GetBytes(text);
            if (key.Length < MinBytes) throw new StartupException($"Jwt__Key must have at least {MinBytes} bytes.");
            if (key.Distinct().Count() < 10 || Placeholders.Any(p => text.Contains(p, StringComparison.OrdinalIgnoreCase)))
                throw new StartupException("Jwt__Key is a placeholder. Make one with: openssl rand -base64 48");
            return new TokenKey(key);
        }
        var production = string.Equals(configuration["ASPNETCORE_ENVIRONMENT"] ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"), "Production", StringComparison.OrdinalIgnoreCase);
        if (production && configuration.GetConnectionString("Crm") is { Length: > 0 })
            throw new StartupException("In production on an outside database Jwt__Key must be set. Make one with: openssl rand -base64 48");
        return new TokenKey(DataFolder.Open(configuration).GetOrCreateSecret("jwt.key", 64));
    }

    private static readonly string[] Placeholders = ["change-me", "changeme", "change_me", "replace-me", "your-secret", "placeholder", "default"];
}
