using System.Text;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// The key access tokens are signed with: <c>Jwt:Key</c>, else a random one made once and kept in the data folder, so that tokens
/// survive a restart.
/// </summary>
public sealed record TokenKey(byte[] Bytes)
{
    private const int MinBytes = 32;

    /// <summary>Reads or makes it.</summary>
    /// <exception cref="StartupException">The key that is set is too short.</exception>
    public static TokenKey Of(IConfiguration configuration)
    {
        if (configuration["Jwt:Key"] is { Length: > 0 } text)
        {
            var key = Encoding.UTF8.GetBytes(text);
            if (key.Length < MinBytes) throw new StartupException($"Jwt__Key must have at least {MinBytes} bytes.");
            return new TokenKey(key);
        }
        return new TokenKey(DataFolder.Open(configuration).GetOrCreateSecret("jwt.key", 64));
    }
}
