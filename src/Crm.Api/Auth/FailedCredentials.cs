using Crm.Api.Operations;
using Crm.Domain.Common;

namespace Crm.Api.Auth;

/// <summary>
/// Counts refused credentials by where they come from, because they name nobody whose allowance they could use up. Beyond the
/// allowance they are 429, and keys that are not known already are not even looked up. Good credentials pass all the same: a
/// stranger behind the same address shuts nobody out.
/// </summary>
internal sealed class FailedCredentials(IConfiguration configuration, TimeProvider clock)
{
    private readonly Allowances _allowances = new(clock);
    private readonly RateLimitSettings _settings = RateLimitSettings.Of(configuration);

    /// <summary>Refuses when the allowance is used up.</summary>
    /// <exception cref="CrmException">RATE_LIMITED.</exception>
    public void EnsureOpen(HttpContext http)
    {
        if (!_settings.Enabled) return;
        var (used, reset) = _allowances.Look(Key(http));
        if (used >= _settings.AuthPermitsPerMinute) throw RateLimit.Refuse(http, _settings.AuthPermitsPerMinute, used, reset);
    }

    /// <summary>Counts a refusal; answers what to refuse with.</summary>
    public CrmException Count(HttpContext http, CrmException refusal)
    {
        if (!_settings.Enabled) return refusal;
        var (used, reset) = _allowances.Take(Key(http));
        return used <= _settings.AuthPermitsPerMinute ? refusal : RateLimit.Refuse(http, _settings.AuthPermitsPerMinute, used, reset);
    }

    private static CallerKey Key(HttpContext http) => new(null, RateLimit.Network(http), false);
}
