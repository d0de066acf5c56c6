using Crm.Domain.Common;

namespace Crm.Domain.Subscriptions;

/// <summary>The plans an organization can be on, the smaller before the larger: going up is an upgrade.</summary>
public enum PlanCode
{
    /// <summary>Without a price, and what everybody is on who has chosen none.</summary>
    Free,
    /// <summary>The smallest that is paid for.</summary>
    Starter,
    /// <summary>The middle one.</summary>
    Professional,
    /// <summary>The largest.</summary>
    Enterprise,
}

/// <summary>For how long is paid in advance.</summary>
public enum BillingInterval
{
    /// <summary>A month.</summary>
    Month,
    /// <summary>A year.</summary>
    Year,
}

/// <summary>How much of something a plan allows; what a plan does not name, it does not limit.</summary>
/// <param name="Name">A name of <c>GET /subscription/usage</c>: <c>users</c>, <c>emails</c>, <c>leads</c>, ….</param>
/// <param name="Limit">The most there may be, 0 or more.</param>
public sealed record PlanLimit(string Name, int Limit);

/// <summary>What the platform offers for a price.</summary>
/// <param name="Code">Which one it is; its place in the order is fixed.</param>
/// <param name="Name">What it is called, 1–300 characters.</param>
/// <param name="MonthlyPrice">The price of a month, 0 or more.</param>
/// <param name="YearlyPrice">The price of a year, 0 or more, in the same currency.</param>
/// <param name="TrialDays">For how many days it may be tried once without paying, 0–365.</param>
/// <param name="Limits">What it limits, each name once.</param>
public sealed record Plan(PlanCode Code, string Name, Money MonthlyPrice, Money YearlyPrice, int TrialDays, ValueList<PlanLimit> Limits)
{
    /// <summary>The price of an interval.</summary>
    public Money PriceOf(BillingInterval interval) => interval == BillingInterval.Year ? YearlyPrice : MonthlyPrice;

    /// <summary>How much of this it allows; null = as much as there is.</summary>
    public int? LimitOf(string name) => Limits.FirstOrDefault(l => l.Name == name)?.Limit;

    /// <summary>The same plan with other terms.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public Plan Revise(string name, Money monthly, Money yearly, int trialDays, ValueList<PlanLimit> limits)
    {
        Require.Text(name, "name");
        if (monthly.Amount < 0) throw CrmException.Validation("monthlyPrice.amount", "must be at least 0");
        if (yearly.Amount < 0) throw CrmException.Validation("yearlyPrice.amount", "must be at least 0");
        if (monthly.Currency != yearly.Currency) throw CrmException.Validation("yearlyPrice.currency", "must be that of the monthly price");
        if (Code == PlanCode.Free && (monthly.Amount > 0 || yearly.Amount > 0)) throw CrmException.Validation("monthlyPrice.amount", "must be 0: this plan is what everybody has who pays nothing");
        if (trialDays is < 0 or > 365) throw CrmException.Validation("trialDays", "must be between 0 and 365");
        if (limits.Any(l => l.Limit < 0)) throw CrmException.Validation("limits", "must be at least 0 each");
        if (limits.DistinctBy(l => l.Name).Count() < limits.Count) throw CrmException.Validation("limits", "must name each limit once");
        return this with { Name = name, MonthlyPrice = monthly, YearlyPrice = yearly, TrialDays = trialDays, Limits = limits };
    }
}
