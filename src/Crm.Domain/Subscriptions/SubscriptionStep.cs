using Crm.Domain.Common;

namespace Crm.Domain.Subscriptions;

/// <summary>How a subscription stands.</summary>
public enum SubscriptionStatus
{
    /// <summary>A plan is tried without paying.</summary>
    Trialing,
    /// <summary>All is paid, or not due yet.</summary>
    Active,
    /// <summary>Something was not paid in time; the plan goes on for the days of grace.</summary>
    PastDue,
    /// <summary>It was ended, by the organization or because nothing was paid; the organization is on FREE.</summary>
    Canceled,
}

/// <summary>What happened with a subscription.</summary>
public enum SubscriptionChangeKind
{
    /// <summary>A trial began.</summary>
    TrialStarted,
    /// <summary>A plan that is paid for began, after FREE or a trial.</summary>
    Started,
    /// <summary>A larger plan, or a longer interval, at once.</summary>
    Upgraded,
    /// <summary>A smaller plan was asked for; it comes with the end of the period.</summary>
    DowngradeScheduled,
    /// <summary>The smaller plan has come.</summary>
    Downgraded,
    /// <summary>The next period began.</summary>
    Renewed,
    /// <summary>The end was asked for; it comes with the end of the period.</summary>
    CancelScheduled,
    /// <summary>What was asked for the end of the period was taken back.</summary>
    Resumed,
    /// <summary>It has ended.</summary>
    Canceled,
    /// <summary>Something was not paid in time.</summary>
    PastDue,
    /// <summary>Everything that was due has been paid.</summary>
    Paid,
    /// <summary>The days of grace are over: back to FREE.</summary>
    FellBack,
    /// <summary>The platform has set the plan.</summary>
    SetByPlatform,
}

/// <summary>What a charge is for.</summary>
public enum ChargeKind
{
    /// <summary>A period in advance.</summary>
    Period,
    /// <summary>The rest of a period, for a larger plan.</summary>
    Proration,
}

/// <summary>Whether a charge is paid.</summary>
public enum ChargeStatus
{
    /// <summary>It is to be paid.</summary>
    Due,
    /// <summary>It has been paid.</summary>
    Paid,
    /// <summary>It need not be paid any more: its period was never given.</summary>
    Void,
}

/// <summary>An amount that an organization owes the platform.</summary>
/// <param name="TenantId">The organization that owes it.</param>
/// <param name="Plan">The plan it pays for.</param>
/// <param name="Interval">For how long is paid in advance.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Amount">More than 0.</param>
/// <param name="PeriodStart">From when on it pays for the plan.</param>
/// <param name="PeriodEnd">Until when it does.</param>
/// <param name="Status">Whether it is paid.</param>
/// <param name="DueAt">Until when it is to be paid.</param>
/// <param name="PaidAt">When it was paid.</param>
public sealed record SubscriptionCharge(Guid Id, Guid TenantId, PlanCode Plan, BillingInterval Interval, ChargeKind Kind, Money Amount, DateTimeOffset PeriodStart,
    DateTimeOffset PeriodEnd, ChargeStatus Status, DateTimeOffset DueAt, DateTimeOffset? PaidAt, DateTimeOffset CreatedAt)
{
    /// <summary>Notes that it was paid.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it has been, or need not be.</exception>
    public SubscriptionCharge Pay(DateTimeOffset now) => Status == ChargeStatus.Due ? this with { Status = ChargeStatus.Paid, PaidAt = now } : throw SubscriptionErrors.NotDue(Status);
}

/// <summary>An amount that a step asks for, before anybody has booked it.</summary>
public sealed record ChargeAsked(ChargeKind Kind, Money Amount, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd);

/// <summary>How a subscription came from one standing to the next.</summary>
/// <param name="After">How it stands now.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Charge">What is to be paid for it; null when nothing is.</param>
/// <param name="VoidsDue">True when what has not been paid need not be any more.</param>
public sealed record SubscriptionStep(Subscription After, SubscriptionChangeKind Kind, ChargeAsked? Charge = null, bool VoidsDue = false);

/// <summary>When a change of plan takes effect.</summary>
public enum ChangeTime
{
    /// <summary>At once.</summary>
    Now,
    /// <summary>With the end of the period that is paid for.</summary>
    PeriodEnd,
}

/// <summary>What a change of plan would cost at one moment: <c>due + carried forward = charge − credit − carried</c>, one of both sides being 0.</summary>
/// <param name="Plan">The plan asked about.</param>
/// <param name="Interval">For how long would be paid in advance.</param>
/// <param name="Effective">At once, or with the end of the period.</param>
/// <param name="EffectiveAt">When that is.</param>
/// <param name="IsTrial">True when it would be tried without paying.</param>
/// <param name="Credit">What the rest of the period is worth that was paid for.</param>
/// <param name="Charge">What the new plan costs until <paramref name="PeriodEnd"/>.</param>
/// <param name="Carried">What is left of earlier credits.</param>
/// <param name="Due">What would have to be paid.</param>
/// <param name="CarriedForward">What would be left for later charges.</param>
/// <param name="PeriodStart">When the period begins in which the new plan is first had; null on FREE.</param>
/// <param name="PeriodEnd">When it ends; null on FREE.</param>
public sealed record SubscriptionQuote(PlanCode Plan, BillingInterval Interval, ChangeTime Effective, DateTimeOffset EffectiveAt, bool IsTrial, Money Credit, Money Charge, Money Carried,
    Money Due, Money CarriedForward, DateTimeOffset? PeriodStart, DateTimeOffset? PeriodEnd);

/// <summary>The ways in which subscriptions refuse.</summary>
public static class SubscriptionErrors
{
    /// <summary>409: nothing would change.</summary>
    public static CrmException SamePlan() => Conflict("This is the plan already.");

    /// <summary>409: something has to be paid first.</summary>
    public static CrmException IsPastDue() => Conflict("Something is past due: it has to be paid before the plan is changed.");

    /// <summary>409: there is no paid plan to end.</summary>
    public static CrmException NothingToCancel() => Conflict("There is nothing to cancel: the plan is FREE.");

    /// <summary>409: it ends already.</summary>
    public static CrmException CanceledAlready() => Conflict("It ends with the period already.");

    /// <summary>409: nothing was asked for the end of the period.</summary>
    public static CrmException NothingToResume() => Conflict("Nothing is to change at the end of the period.");

    /// <summary>409: the charge is not to be paid.</summary>
    public static CrmException NotDue(ChargeStatus status) => Conflict(status == ChargeStatus.Paid ? "It has been paid." : "It need not be paid any more.");

    /// <summary>409: plans are switched off on this service.</summary>
    public static CrmException PlansAreOff() => Conflict("Plans are switched off on this service: nothing is limited, and nothing is paid for.");

    /// <summary>402: the plan allows no more of this.</summary>
    public static CrmException LimitReached(string name, long used, long limit) => new(ErrorKind.PlanLimit, "PLAN_LIMIT_REACHED", $"The plan allows {limit} of {name}, and {used} are used.")
    {
        Extensions = new Dictionary<string, object> { ["limitName"] = name, ["used"] = used, ["limit"] = limit },
    };

    private static CrmException Conflict(string message) => CrmException.Conflict("INVALID_STATE", message);
}
