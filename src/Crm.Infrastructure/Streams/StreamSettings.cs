using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Streams;

/// <summary>How many streams there may be on one instance, and how they are kept.</summary>
/// <param name="PerTenant">Streams of one tenant.</param>
/// <param name="PerUser">Streams of one user in one tenant, those of his API keys among them.</param>
/// <param name="Heartbeat">After how long without an event a sign of life is sent.</param>
/// <param name="Check">How often the caller's credentials, permissions and visibility are looked at again.</param>
/// <param name="Patience">How long a client may take to accept what is sent.</param>
public sealed record StreamSettings(int PerTenant, int PerUser, TimeSpan Heartbeat, TimeSpan Check, TimeSpan Patience)
{
    /// <summary>What the section <c>Streams</c> says.</summary>
    public static StreamSettings Read(IConfiguration configuration)
    {
        var streams = configuration.GetSection("Streams");
        return new StreamSettings(Math.Max(1, streams.GetValue("PerTenant", 5_000)), Math.Max(1, streams.GetValue("PerUser", 2_000)),
            Seconds("HeartbeatSeconds", 15), Seconds("CheckSeconds", 5), Seconds("PatienceSeconds", 10));

        TimeSpan Seconds(string name, double otherwise) => TimeSpan.FromSeconds(Math.Clamp(streams.GetValue(name, otherwise), 0.05, 3_600));
    }
}
