using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// The key access tokens are signed with: <c>Jwt:Key</c>, else a random one made once and kept in the data folder, so that tokens
/// survive a restart.
/// </summary>
public sealed record TokenKey(byte[] Bytes)
{
    /// <summary>Reads or makes it.</summary>
    /// <exception cref="StartupException">The key that is set is too short, or repeats a few characters.</exception>
    public static TokenKey Of(IConfiguration configuration)
    {
        if (configuration["Jwt:Key"] is { Length: > 0 } text) return new TokenKey(SecretRules.Checked(text, "Jwt:Key"));
        return new TokenKey(DataFolder.Open(configuration).GetOrCreateSecret("jwt.key", 64));
    }
}
