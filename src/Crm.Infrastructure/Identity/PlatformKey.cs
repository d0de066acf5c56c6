using System.Security.Cryptography;
using System.Text;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// The key of whoever runs the service: <c>Platform:AdminKey</c>, else, with <c>Platform:Enabled</c>, a random one made once and kept in the data folder as
/// <c>platform.key</c>. Without either there is none, and nothing opens what needs it.
/// </summary>
public sealed class PlatformKey
{
    /// <summary>The header it comes in.</summary>
    public const string Header = "X-Platform-Key";

    // Only a hash stays in memory, and hashes are of one length: comparing takes the same time whatever was sent.
    private readonly byte[]? _hash;

    private PlatformKey(string? key) => _hash = key is null ? null : HashOf(key);

    /// <summary>Reads or makes it.</summary>
    /// <exception cref="StartupException">The key that is set is too short, or repeats a few characters.</exception>
    public static PlatformKey Of(IConfiguration configuration)
    {
        if (configuration["Platform:AdminKey"] is { Length: > 0 } text)
        {
            SecretRules.Checked(text, "Platform:AdminKey");
            return new PlatformKey(text);
        }
        return new PlatformKey(configuration.GetValue("Platform:Enabled", false) ? Convert.ToBase64String(DataFolder.Open(configuration).GetOrCreateSecret("platform.key", 32)) : null);
    }

    /// <summary>True when this is the key.</summary>
    public bool Is(string presented) => _hash is not null && CryptographicOperations.FixedTimeEquals(_hash, HashOf(presented));

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
