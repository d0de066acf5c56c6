using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Identity;
using Microsoft.Extensions.Configuration;

namespace Crm.Benchmarks;

/// <summary>What it costs to know who calls: on every request a token, at sign-in a password.</summary>
[MemoryDiagnoser]
public class Credentials
{
    private static readonly IConfiguration Defaults = new ConfigurationBuilder().Build();
    private readonly TokenKey _key = new(RandomNumberGenerator.GetBytes(64));
    private Tokens _tokens = null!;
    private string _token = null!;
    private string[] _fresh = null!;
    private int _next;
    private Passwords _passwords = null!;
    private string _hash = null!;

    [GlobalSetup]
    public void Setup()
    {
        _tokens = new Tokens(_key, TimeProvider.System, Defaults);
        _token = _tokens.Issue(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()).Text;
        // More than are remembered, so that each is forgotten again before its turn comes round.
        _fresh = [.. Enumerable.Range(0, 50_000).Select(_ => _tokens.Issue(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()).Text)];
        _passwords = new Passwords(Defaults);
        _hash = _passwords.Hash("Str0ng-pass");
    }

    [Benchmark(Description = "access token seen before")]
    public TokenIdentity Seen() => _tokens.Validate(_token);

    [Benchmark(Description = "access token not seen before")]
    public TokenIdentity Unseen() => _tokens.Validate(_fresh[_next++ % _fresh.Length]);

    [Benchmark(Description = "issue an access token")]
    public AccessToken Issue() => _tokens.Issue(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

    [Benchmark(Description = "verify a password")]
    public PasswordCheck Password() => _passwords.Verify(_hash, "Str0ng-pass");
}
