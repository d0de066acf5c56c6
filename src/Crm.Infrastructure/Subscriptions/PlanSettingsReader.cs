using Crm.Application.Abstractions;
using Crm.Domain.Subscriptions;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Subscriptions;

/// <summary>Reads what the configuration says of plans.</summary>
internal static class PlanSettingsReader
{
    /// <exception cref="StartupException">A number of days is not from 0 to 365.</exception>
    public static PlanSettings Read(IConfiguration configuration) => new(configuration.GetValue("Plans:Enabled", false),
        new SubscriptionTerms(Days(configuration.GetValue("Plans:PaymentDays", 14), "PaymentDays"), Days(configuration.GetValue("Plans:GraceDays", 14), "GraceDays")));

    private static TimeSpan Days(int days, string name) => days is >= 0 and <= 365 ? TimeSpan.FromDays(days) : throw new StartupException($"Plans__{name} must be from 0 to 365.");
}
