using Crm.Application.Abstractions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Crm.Infrastructure.Identity;

/// <summary>PBKDF2 with HMAC-SHA512 as the framework writes it; the number of rounds is OWASP's for it, or <c>Passwords:Iterations</c>.</summary>
internal sealed class Passwords : IPasswordHasher
{
    private const int Rounds = 210_000;
    private static readonly object Nobody = new();
    private readonly PasswordHasher<object> _hasher;
    private readonly string _dummy;

    public Passwords(IConfiguration configuration)
    {
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = configuration.GetValue("Passwords:Iterations", Rounds) }));
        _dummy = Hash(Guid.NewGuid().ToString());
    }

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    public PasswordCheck Verify(string? hash, string password)
    {
        var result = _hasher.VerifyHashedPassword(Nobody, hash ?? _dummy, password);
        if (hash is null) return PasswordCheck.Wrong;
        return result switch
        {
            PasswordVerificationResult.Success => PasswordCheck.Right,
            PasswordVerificationResult.SuccessRehashNeeded => PasswordCheck.RightHashOutdated,
            _ => PasswordCheck.Wrong,
        };
    }
}
