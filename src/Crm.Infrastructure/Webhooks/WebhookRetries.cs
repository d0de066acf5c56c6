namespace Crm.Infrastructure.Webhooks;

/// <summary>How often and how far apart a delivery is tried, and when a webhook is given up.</summary>
internal static class WebhookRetries
{
    /// <summary>The tries before a delivery is given up: the first and one after each wait, over about three days.</summary>
    public const int MaxAttempts = 10;

    /// <summary>From how many failures in a row on a webhook is given one try at a time.</summary>
    public const int Circuit = 5;

    /// <summary>The longest wait a receiver can ask for.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    /// <summary>A webhook whose every try has failed for so long is disabled.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    /// <summary>How long a lane is left alone unless its holder renews it: what a crash interrupted is tried again that soon.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(8);

    private const double Jitter = 0.2;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14),
        TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>The wait after this many tries, up to a fifth longer by <paramref name="chance"/> (0–1), and never shorter than the receiver asks for.</summary>
    public static TimeSpan Delay(int attempts, double chance, TimeSpan? askedFor)
    {
        var wait = Waits[Math.Min(attempts, Waits.Length) - 1] * (1 + Jitter * chance);
        return askedFor is { } asked && asked > wait ? (asked < LongestWait ? asked : LongestWait) : wait;
    }
}
