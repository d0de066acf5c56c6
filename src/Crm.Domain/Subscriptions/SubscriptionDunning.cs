using Crm.Domain.Common;

namespace Crm.Domain.Subscriptions;

/// <summary>How far it has come with an organization that owes for its plan.</summary>
public enum DunningStage
{
    /// <summary>A charge is to be paid.</summary>
    Due,
    /// <summary>It was not paid in time; the plan goes on for the days of grace.</summary>
    PastDue,
    /// <summary>The days of grace are about to end.</summary>
    Ending,
    /// <summary>They have ended: the organization is on FREE.</summary>
    Ended,
}

/// <summary>What an organization that owes for its plan is to be told.</summary>
/// <param name="Stage">How far it has come.</param>
/// <param name="About">The charge; of the end, the line of the history that tells of it.</param>
/// <param name="Plan">The plan that was not paid for.</param>
/// <param name="Amounts">What is owed, once for each currency; of the end, what was.</param>
/// <param name="DueAt">Until when it is, or was, to be paid; of the end, when that came.</param>
/// <param name="FallsBackAt">When the organization falls back to FREE, or did.</param>
public sealed record DunningNotice(DunningStage Stage, Guid About, PlanCode Plan, ValueList<Money> Amounts, DateTimeOffset DueAt, DateTimeOffset FallsBackAt);

/// <summary>Says what an organization that owes for its plan is to be told at a moment: of each charge the last stage it has come to. Nothing is kept; whoever tells it remembers what was told.</summary>
public static class SubscriptionDunning
{
    /// <summary>How long before the end of grace it is told of once more; half of the grace where that is shorter.</summary>
    public static TimeSpan Warning { get; } = TimeSpan.FromDays(3);

    /// <summary>For how long the end is told of: whoever finds it later, as after a long outage, tells it no more.</summary>
    public static TimeSpan Memory { get; } = TimeSpan.FromDays(7);

    /// <summary>What is to be told of the charges that are not paid.</summary>
    /// <param name="due">The charges that are DUE.</param>
    public static IReadOnlyList<DunningNotice> OfCharges(Subscription subscription, IEnumerable<SubscriptionCharge> due, SubscriptionTerms terms, DateTimeOffset now)
    {
        if (subscription.PeriodEnd is null) return [];
        var end = subscription.PastDueSince + terms.Grace;
        return [.. from charge in due
                   let isLate = charge.DueAt <= now
                   // Late and not past due yet is a moment that the schedule of periods ends.
                   where !isLate || subscription.Status == SubscriptionStatus.PastDue
                   let stage = !isLate ? DunningStage.Due : now >= end - Lead(terms.Grace) ? DunningStage.Ending : DunningStage.PastDue
                   select new DunningNotice(stage, charge.Id, charge.Plan, [charge.Amount], charge.DueAt, end ?? charge.DueAt + terms.Grace)];
    }

    /// <summary>What is to be told of a fall back to FREE; null when that is too long ago.</summary>
    /// <param name="changeId">The line of the history that tells of it.</param>
    /// <param name="before">The plan it fell back from.</param>
    /// <param name="voided">The charges that need not be paid any more because of it.</param>
    public static DunningNotice? OfEnd(Guid changeId, PlanCode before, DateTimeOffset at, IEnumerable<SubscriptionCharge> voided, DateTimeOffset now) => at <= now - Memory ? null
        : new DunningNotice(DunningStage.Ended, changeId, before, ValueList.Of(voided.GroupBy(c => c.Amount.Currency, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Money.Total(g.Sum(c => c.Amount.Amount), g.Key))), at, at);

    private static TimeSpan Lead(TimeSpan grace) => grace / 2 < Warning ? grace / 2 : Warning;
}
