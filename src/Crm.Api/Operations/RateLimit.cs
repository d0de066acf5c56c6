using System.Collections.Concurrent;
using System.Globalization;
using Crm.Api.Http;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Api.Operations;

/// <summary>What the configuration says of allowances.</summary>
internal sealed record RateLimitSettings(bool Enabled, int PermitsPerMinute, int AuthPermitsPerMinute)
{
    public static RateLimitSettings Of(IConfiguration configuration)
    {
        var section = configuration.GetSection("RateLimiting");
        return new RateLimitSettings(section.GetValue("Enabled", true),
            Math.Max(1, section.GetValue("PermitsPerMinute", 6_000)), Math.Max(1, section.GetValue("AuthPermitsPerMinute", 120)));
    }
}

/// <summary>
/// How many requests a caller may make in a minute: a user and an API key by its id, anybody else by address. Sign-in and registration
/// have a smaller allowance of their own, an organization the one of its plan. Every answer says what is left.
/// </summary>
internal sealed class RateLimit(RequestDelegate next, IConfiguration configuration, IPlanRates rates, TimeProvider clock)
{
    private readonly RateLimitSettings _settings = RateLimitSettings.Of(configuration);
    private readonly Allowances _allowances = new(clock);

    public async Task InvokeAsync(HttpContext http, IRequestContext context)
    {
        // Only the API counts: a health probe or a scrape must never be refused.
        if (!_settings.Enabled || http.GetEndpoint()?.Metadata.GetMetadata<Http.Route>() is not { } route)
        {
            await next(http);
            return;
        }
        var limit = route.IsPublic ? _settings.AuthPermitsPerMinute : _settings.PermitsPerMinute;
        var caller = context.IsAuthenticated ? context.Caller.ApiKeyId ?? context.Caller.UserId : (Guid?)null;
        var (used, reset) = _allowances.Take(new CallerKey(caller, caller is null ? Network(http) : null, route.IsPublic));
        if (used > limit) throw Refuse(http, limit, used, reset);
        Tell(http, limit, used, reset);
        if (context.IsAuthenticated && await rates.RequestsPerMinuteAsync(context.Caller.TenantId, http.RequestAborted) is { } planned) TakeOfPlan(http, context.Caller.TenantId, planned);
        await next(http);
    }

    /// <summary>What a plan allows is for all of an organization together, and told of where it is less.</summary>
    private void TakeOfPlan(HttpContext http, Guid tenantId, int limit)
    {
        var (used, reset) = _allowances.Take(new CallerKey(tenantId, null, false));
        if (used > limit) throw Refuse(http, limit, used, reset);
        if (limit < _settings.PermitsPerMinute) Tell(http, limit, used, reset);
    }

    /// <summary>429, with the headers that say when to come back.</summary>
    public static CrmException Refuse(HttpContext http, int limit, int used, int reset)
    {
        Tell(http, limit, used, reset);
        return new CrmException(ErrorKind.RateLimited, "RATE_LIMITED", $"At most {limit} requests a minute are served; try again in {reset} s.") { RetryAfter = TimeSpan.FromSeconds(reset) };
    }

    /// <summary>One IPv6 subscriber has 2^64 addresses: they count as one.</summary>
    public static string Network(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, 8) : address.ToString();
    }

    private static void Tell(HttpContext http, int limit, int used, int reset)
    {
        var headers = http.Response.Headers;
        headers["RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = Math.Max(0, limit - used).ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>Who shares an allowance.</summary>
internal readonly record struct CallerKey(Guid? Id, string? Network, bool SignsIn);

/// <summary>
/// Requests by caller in the current minute. The framework's limiters do not tell when a window ends, which the headers owe; a
/// window and its count in one number need no lock either.
/// </summary>
internal sealed class Allowances(TimeProvider clock)
{
    private const int Window = 60;
    private readonly ConcurrentDictionary<CallerKey, Count> _counts = new();
    private long _swept;

    /// <summary>Counts a request: how many there were in this window, and in how many seconds it ends.</summary>
    public (int Used, int Reset) Take(CallerKey key)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var window = now / Window;
        Sweep(window);
        return (_counts.GetOrAdd(key, static _ => new Count()).Add(window), (int)(Window - now % Window));
    }

    /// <summary>The same without counting: how many there were.</summary>
    public (int Used, int Reset) Look(CallerKey key)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return (_counts.TryGetValue(key, out var count) ? count.In(now / Window) : 0, (int)(Window - now % Window));
    }

    /// <summary>How many callers are remembered.</summary>
    public int Known => _counts.Count;

    private void Sweep(long window)
    {
        var swept = Volatile.Read(ref _swept);
        if (swept == window || Interlocked.CompareExchange(ref _swept, window, swept) != swept) return;
        foreach (var (key, count) in _counts)
            if (count.Window < window) _counts.TryRemove(key, out _);
    }

    private sealed class Count
    {
        private long _packed; // window << 24 | requests

        public long Window => Volatile.Read(ref _packed) >> 24;

        public int In(long window) => Volatile.Read(ref _packed) is var seen && seen >> 24 == window ? (int)(seen & 0xFFFFFF) : 0;

        public int Add(long window)
        {
            while (true)
            {
                var seen = Volatile.Read(ref _packed);
                var count = seen >> 24 == window ? Math.Min((seen & 0xFFFFFF) + 1, 0xFFFFFF) : 1;
                if (Interlocked.CompareExchange(ref _packed, window << 24 | count, seen) == seen) return (int)count;
            }
        }
    }
}
