using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Subscriptions;

/// <summary>For how long one may owe.</summary>
/// <param name="Payment">From a charge until it is past due.</param>
/// <param name="Grace">From then until the organization falls back to FREE.</param>
public sealed record SubscriptionTerms(TimeSpan Payment, TimeSpan Grace);

/// <summary>
/// What an organization has agreed with the platform. Each verb answers the step it takes and changes nothing by itself. FREE has no period and costs nothing;
/// every other plan is paid for in advance, period by period, which begin on the same day of the month as the first.
/// </summary>
/// <param name="Price">What a period costs, as agreed when it began.</param>
public sealed record Subscription(Guid TenantId, PlanCode Plan, BillingInterval Interval, SubscriptionStatus Status, Money Price)
{
    /// <summary>When the period began; null on FREE.</summary>
    public DateTimeOffset? PeriodStart { get; init; }
    /// <summary>When it ends, the trial's included; null on FREE.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }
    /// <summary>When the first period of this row began: the others begin so many months later.</summary>
    public DateTimeOffset? AnchorAt { get; init; }
    /// <summary>Since when something is past due.</summary>
    public DateTimeOffset? PastDueSince { get; init; }
    /// <summary>True once something was tried: nobody tries twice.</summary>
    public bool TrialUsed { get; init; }
    /// <summary>It ends with the period.</summary>
    public bool CancelAtPeriodEnd { get; init; }
    /// <summary>The plan that comes with the end of the period.</summary>
    public PlanCode? NextPlan { get; init; }
    /// <summary>The interval that comes with it.</summary>
    public BillingInterval? NextInterval { get; init; }
    /// <summary>What was credited and not used yet; null when nothing is.</summary>
    public Money? Credit { get; init; }

    /// <summary>What it brings in a month: nothing on FREE and during a trial, of a year's price a twelfth, rounded half away from zero.</summary>
    public Money MonthlyRevenue => Status is SubscriptionStatus.Active or SubscriptionStatus.PastDue
        ? Money.Of(Rounding.ToMinorUnit(Price.Amount / (Interval == BillingInterval.Year ? 12 : 1), Price.Currency), Price.Currency) : Money.Zero(Price.Currency);

    /// <summary>How every organization begins.</summary>
    public static Subscription Free(Guid tenantId, string currency) => new(tenantId, PlanCode.Free, BillingInterval.Month, SubscriptionStatus.Active, Money.Zero(currency));

    /// <summary>What a change to this plan would mean now.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is the plan already; something is past due.</exception>
    public SubscriptionQuote Quote(Plan plan, BillingInterval interval, DateTimeOffset now)
    {
        if (plan.Code == Plan && (interval == Interval || Plan == PlanCode.Free)) throw SubscriptionErrors.SamePlan();
        if (Status == SubscriptionStatus.PastDue) throw SubscriptionErrors.IsPastDue();
        var price = plan.PriceOf(interval);
        var nothing = Money.Zero(price.Currency);
        SubscriptionQuote Unpaid(ChangeTime effective, DateTimeOffset at, bool isTrial, DateTimeOffset? start, DateTimeOffset? end) =>
            new(plan.Code, interval, effective, at, isTrial, nothing, nothing, nothing, nothing, nothing, start, end);

        if (Status == SubscriptionStatus.Trialing)
            return plan.Code == PlanCode.Free ? Unpaid(ChangeTime.Now, now, false, null, null) : Unpaid(ChangeTime.Now, now, true, PeriodStart, PeriodEnd);
        if (PeriodEnd is not { } end)
            return plan.TrialDays > 0 && !TrialUsed ? Unpaid(ChangeTime.Now, now, true, now, now.AddDays(plan.TrialDays)) : Paid(plan.Code, interval, nothing, price, now, After(now, interval, now));
        if (!IsMore(plan.Code, interval) || price.Currency != Price.Currency)
            return Unpaid(ChangeTime.PeriodEnd, end, false, plan.Code == PlanCode.Free ? null : end, plan.Code == PlanCode.Free ? null : After(end, interval, interval == Interval ? AnchorAt!.Value : end));
        var rest = end > now ? (decimal)(end - now).Ticks / (end - PeriodStart!.Value).Ticks : 0;
        return interval == Interval
            ? Paid(plan.Code, interval, Price.Times(rest), price.Times(rest), now, end)
            : Paid(plan.Code, interval, Price.Times(rest), price, now, After(now, interval, now));
    }

    /// <summary>Changes the plan: a larger one at once, for the difference until the end of the period; a smaller one with its end.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is the plan already; something is past due.</exception>
    public SubscriptionStep Change(Plan plan, BillingInterval interval, DateTimeOffset now)
    {
        var quote = Quote(plan, interval, now);
        var stays = this with { CancelAtPeriodEnd = false, NextPlan = null, NextInterval = null };
        if (quote.Effective == ChangeTime.PeriodEnd)
            return new SubscriptionStep(stays with { NextPlan = plan.Code, NextInterval = interval }, SubscriptionChangeKind.DowngradeScheduled);
        if (plan.Code == PlanCode.Free) return new SubscriptionStep(OnFree(SubscriptionStatus.Active), SubscriptionChangeKind.Downgraded);
        var changed = stays with { Plan = plan.Code, Interval = interval, Price = plan.PriceOf(interval), PeriodStart = quote.PeriodStart, PeriodEnd = quote.PeriodEnd };
        if (quote.IsTrial)
            return new SubscriptionStep(changed with { Status = SubscriptionStatus.Trialing, AnchorAt = quote.PeriodEnd, TrialUsed = true },
                Status != SubscriptionStatus.Trialing ? SubscriptionChangeKind.TrialStarted : plan.Code > Plan ? SubscriptionChangeKind.Upgraded : SubscriptionChangeKind.Downgraded);
        var (isFirst, isProrated) = (PeriodEnd is null, PeriodEnd is not null && interval == Interval);
        var paid = changed with
        {
            Status = SubscriptionStatus.Active,
            PeriodStart = isProrated ? PeriodStart : now,
            AnchorAt = isProrated ? AnchorAt : now,
            Credit = quote.CarriedForward.Amount > 0 ? quote.CarriedForward : quote.Carried.Amount > 0 ? null : Credit,
        };
        return new SubscriptionStep(paid, isFirst ? SubscriptionChangeKind.Started : SubscriptionChangeKind.Upgraded,
            quote.Due.Amount > 0 ? new ChargeAsked(isProrated ? ChargeKind.Proration : ChargeKind.Period, quote.Due, now, quote.PeriodEnd!.Value) : null);
    }

    /// <summary>Ends it with the period that is paid for, or with the trial.</summary>
    /// <exception cref="CrmException">INVALID_STATE: the plan is FREE; it ends already.</exception>
    public SubscriptionStep Cancel()
    {
        if (PeriodEnd is null) throw SubscriptionErrors.NothingToCancel();
        if (CancelAtPeriodEnd) throw SubscriptionErrors.CanceledAlready();
        return new SubscriptionStep(this with { CancelAtPeriodEnd = true, NextPlan = null, NextInterval = null }, SubscriptionChangeKind.CancelScheduled);
    }

    /// <summary>Takes back what was asked for the end of the period: its end, or a smaller plan.</summary>
    /// <exception cref="CrmException">INVALID_STATE: nothing was.</exception>
    public SubscriptionStep Resume() => CancelAtPeriodEnd || NextPlan is not null
        ? new SubscriptionStep(this with { CancelAtPeriodEnd = false, NextPlan = null, NextInterval = null }, SubscriptionChangeKind.Resumed)
        : throw SubscriptionErrors.NothingToResume();

    /// <summary>The platform sets the plan at once; the first period is not charged for, those after it are.</summary>
    public SubscriptionStep Grant(Plan plan, BillingInterval interval, DateTimeOffset now)
    {
        var free = OnFree(SubscriptionStatus.Active);
        return new SubscriptionStep(plan.Code == PlanCode.Free ? free : free with
        {
            Plan = plan.Code, Interval = interval, Price = plan.PriceOf(interval), PeriodStart = now, PeriodEnd = After(now, interval, now), AnchorAt = now,
        }, SubscriptionChangeKind.SetByPlatform);
    }

    /// <summary>Everything that was due has been paid; null when that was so before.</summary>
    public SubscriptionStep? Settle() => Status == SubscriptionStatus.PastDue
        ? new SubscriptionStep(this with { Status = SubscriptionStatus.Active, PastDueSince = null }, SubscriptionChangeKind.Paid) : null;

    /// <summary>Time that was not given is not charged for: what has ended meanwhile ends now, and a new period begins.</summary>
    public Subscription Awaken(DateTimeOffset now) => PeriodEnd < now ? this with { PeriodEnd = now, AnchorAt = now } : this;

    /// <summary>
    /// The next thing that time brings; null when nothing is due. Taken again until then. Whoever does not pay is past due, and after the days of grace back on FREE;
    /// periods and trials end as was agreed.
    /// </summary>
    /// <param name="plans">All plans, as they are now.</param>
    /// <param name="overdueSince">Since when the oldest charge that is not paid is past due; null when none is.</param>
    public SubscriptionStep? Advance(DateTimeOffset now, IReadOnlyList<Plan> plans, DateTimeOffset? overdueSince, TimeSpan grace)
    {
        if (Status == SubscriptionStatus.PastDue && PastDueSince + grace <= now)
            return new SubscriptionStep(OnFree(SubscriptionStatus.Canceled), SubscriptionChangeKind.FellBack, VoidsDue: true);
        if (Status == SubscriptionStatus.Active && PeriodEnd is not null && overdueSince <= now)
            return new SubscriptionStep(this with { Status = SubscriptionStatus.PastDue, PastDueSince = overdueSince }, SubscriptionChangeKind.PastDue);
        if (PeriodEnd is not { } end || end > now) return null;
        if (CancelAtPeriodEnd) return new SubscriptionStep(OnFree(SubscriptionStatus.Canceled), SubscriptionChangeKind.Canceled);
        return Begin(plans.Single(p => p.Code == (NextPlan ?? Plan)), NextInterval ?? Interval, end);
    }

    /// <summary>Begins the next period where the last one ended.</summary>
    private SubscriptionStep Begin(Plan plan, BillingInterval interval, DateTimeOffset at)
    {
        if (plan.Code == PlanCode.Free) return new SubscriptionStep(OnFree(SubscriptionStatus.Active), SubscriptionChangeKind.Downgraded);
        var kind = Status == SubscriptionStatus.Trialing ? SubscriptionChangeKind.Started : NextPlan is not null ? SubscriptionChangeKind.Downgraded : SubscriptionChangeKind.Renewed;
        var anchor = interval == Interval ? AnchorAt!.Value : at;
        var quote = Paid(plan.Code, interval, Money.Zero(plan.PriceOf(interval).Currency), plan.PriceOf(interval), at, After(at, interval, anchor));
        var next = this with
        {
            Plan = plan.Code, Interval = interval, Price = plan.PriceOf(interval), Status = Status == SubscriptionStatus.Trialing ? SubscriptionStatus.Active : Status,
            PeriodStart = at, PeriodEnd = quote.PeriodEnd, AnchorAt = anchor, NextPlan = null, NextInterval = null,
            Credit = quote.CarriedForward.Amount > 0 ? quote.CarriedForward : quote.Carried.Amount > 0 ? null : Credit,
        };
        return new SubscriptionStep(next, kind, quote.Due.Amount > 0 ? new ChargeAsked(ChargeKind.Period, quote.Due, at, quote.PeriodEnd!.Value) : null);
    }

    private SubscriptionQuote Paid(PlanCode plan, BillingInterval interval, Money credit, Money charge, DateTimeOffset at, DateTimeOffset end)
    {
        var carried = Credit?.Currency == charge.Currency ? Credit : Money.Zero(charge.Currency);
        var total = charge.Amount - credit.Amount - carried.Amount;
        return new SubscriptionQuote(plan, interval, ChangeTime.Now, at, false, credit, charge, carried, Money.Of(Math.Max(0, total), charge.Currency), Money.Of(Math.Max(0, -total), charge.Currency), at, end);
    }

    private bool IsMore(PlanCode plan, BillingInterval interval) => plan > Plan || (plan == Plan && interval > Interval);

    /// <summary>On FREE, with what was credited and whether something was tried.</summary>
    private Subscription OnFree(SubscriptionStatus status) => Free(TenantId, Price.Currency) with { Status = status, TrialUsed = TrialUsed, Credit = Credit };

    /// <summary>The first end of an interval after <paramref name="start"/>: whole months from the anchor, so that a 31st comes back after February.</summary>
    private static DateTimeOffset After(DateTimeOffset start, BillingInterval interval, DateTimeOffset anchor)
    {
        var step = interval == BillingInterval.Year ? 12 : 1;
        var passed = (start.Year - anchor.Year) * 12 + start.Month - anchor.Month;
        for (var months = Math.Max(step, passed / step * step); ; months += step)
            if (anchor.AddMonths(months) > start) return anchor.AddMonths(months);
    }
}
