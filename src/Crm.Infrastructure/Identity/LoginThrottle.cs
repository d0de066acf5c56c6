using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// Counts failures in windows of 15 minutes: 10 for an address from one place, 50 for it from anywhere (so that one stranger does
/// not lock its owner out), 100 from one place for any address; of second factors 10 for a user from anywhere, because who guesses those has
/// the password already. Keys are hashed: the table names nobody.
/// </summary>
internal sealed class LoginThrottle(GlobalDb db, IRequestContext context, IConfiguration configuration, TimeProvider clock) : ILoginThrottle, ISecondFactorThrottle
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    // A window that begins later than the instances' clocks differ is of before the clock was set back: it must not shut anybody out for so much longer.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private readonly bool _enabled = configuration.GetValue("RateLimiting:Enabled", true);

    public Task EnsureOpenAsync(string email, CancellationToken ct) => EnsureOpenAsync(Keys(email), ct);

    // Counted even where nobody is shut out: writing the failure is what an unknown address costs, as the audit row is what a known one does.
    public Task FailedAsync(string email, CancellationToken ct) => FailedAsync(Keys(email));

    // What others did from elsewhere, or this place to others, is not forgiven.
    public Task SucceededAsync(string email, CancellationToken ct) => ForgetAsync(Keys(email)[0].Key, ct);

    public Task EnsureOpenAsync(Guid userId, CancellationToken ct) => EnsureOpenAsync(Keys(userId), ct);

    public Task FailedAsync(Guid userId, CancellationToken ct) => FailedAsync(Keys(userId));

    public Task SucceededAsync(Guid userId, CancellationToken ct) => ForgetAsync(Keys(userId)[0].Key, ct);

    private async Task EnsureOpenAsync((string Key, int Limit)[] keys, CancellationToken ct)
    {
        if (!_enabled) return;
        var now = clock.GetUtcNow();
        var blocked = (await db.AloneAsync<DateTime?>("""
            select max(blocked_until) from crm.login_attempts where key = any(@Keys) and blocked_until > @Now and window_started_at <= @Latest
            """, new { Keys = keys.Select(k => k.Key).ToArray(), Now = now, Latest = now + Skew }, ct)).FirstOrDefault();
        if (blocked is { } until)
            throw new CrmException(ErrorKind.RateLimited, "RATE_LIMITED", "Too many failed sign-ins. Try again later.") { RetryAfter = until - now.UtcDateTime };
    }

    private async Task FailedAsync((string Key, int Limit)[] keys)
    {
        (keys, var now) = ([.. keys.OrderBy(k => k.Key, StringComparer.Ordinal)], clock.GetUtcNow());
        await db.AloneAsync<int>("""
            insert into crm.login_attempts as a (key, failures, window_started_at)
            select k, 1, @Now from unnest(@Keys) with ordinality as u(k, i) order by i
            on conflict (key) do update set
              failures = case when a.window_started_at between @Since and @Latest then a.failures + 1 else 1 end,
              window_started_at = case when a.window_started_at between @Since and @Latest then a.window_started_at else @Now end,
              blocked_until = case when a.window_started_at between @Since and @Latest and a.failures + 1 >= (@Limits)[array_position(@Keys, a.key)]
                then a.window_started_at + @Window else null end
            """, new
        {
            Keys = keys.Select(k => k.Key).ToArray(), Limits = keys.Select(k => k.Limit).ToArray(), Now = now, Since = now - Window, Latest = now + Skew, Window,
        }, CancellationToken.None);
    }

    private Task ForgetAsync(string key, CancellationToken ct) => db.AloneAsync<int>("""
        delete from crm.login_attempts where key = @Key;
        delete from crm.login_attempts where key in (
          select key from crm.login_attempts where window_started_at < @Old limit 100 for update skip locked)
        """, new { Key = key, Old = clock.GetUtcNow() - (4 * Window) }, ct);

    private (string Key, int Limit)[] Keys(string email)
    {
        var place = context.SourceAddress ?? "";
        return [(Hash($"both\n{email}\n{place}"), 10), (Hash($"email\n{email}"), 50), (Hash($"place\n{place}"), 100)];
    }

    private static (string Key, int Limit)[] Keys(Guid userId) => [(Hash($"second factor\n{userId}"), 10)];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
