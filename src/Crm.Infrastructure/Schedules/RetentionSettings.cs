using System.Globalization;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Schedules;

/// <summary>How long what has served its purpose is kept; null = for ever.</summary>
/// <param name="Notifications">Notifications that were read.</param>
/// <param name="WorkflowRuns">Runs of rules that have ended.</param>
/// <param name="DeadLetters">Deliveries that were given up.</param>
internal sealed record RetentionSettings(TimeSpan? Notifications, TimeSpan? WorkflowRuns, TimeSpan? DeadLetters)
{
    private const int MostDays = 36_500;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A number of days is none, or out of range.</exception>
    public static RetentionSettings Read(IConfiguration configuration)
    {
        return new(Days("Retention:NotificationDays", 180), Days("Retention:WorkflowRunDays", 90), Days("Retention:DeadLetterDays", 90));

        TimeSpan? Days(string name, int usual) => configuration[name] switch
        {
            null or "" => TimeSpan.FromDays(usual),
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays => days == 0 ? null : TimeSpan.FromDays(days),
            _ => throw new StartupException($"{name.Replace(":", "__", StringComparison.Ordinal)} must be a number of days from 0 (for ever) to {MostDays}."),
        };
    }
}
