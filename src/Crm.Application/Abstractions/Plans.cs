using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Abstractions;

/// <summary>What the configuration says of plans.</summary>
/// <param name="Enabled">False: nothing is limited, counted or paid for.</param>
/// <param name="Terms">For how long one may owe.</param>
public sealed record PlanSettings(bool Enabled, SubscriptionTerms Terms);

/// <summary>
/// How much of what plans limit the caller's organization uses. Where plans are off it does nothing. What is taken belongs to the transaction that is open, and is
/// given back when that is undone; without one it is taken at once.
/// </summary>
public interface IPlanUsage
{
    /// <summary>Takes so much.</summary>
    /// <exception cref="CrmException">PLAN_LIMIT_REACHED: the plan allows less.</exception>
    Task TakeAsync(string name, int count, CancellationToken ct);

    /// <summary>Takes one, for what can be left out; false when the plan allows no more.</summary>
    Task<bool> TryTakeAsync(string name, CancellationToken ct);

    /// <summary>Refuses what could not be taken now, without taking it.</summary>
    /// <exception cref="CrmException">PLAN_LIMIT_REACHED.</exception>
    Task EnsureRoomAsync(string name, CancellationToken ct);
}

/// <summary>How many requests plans allow.</summary>
public interface IPlanRates
{
    /// <summary>How many the organization may make in a minute, at most 10 s old; null when its plan does not say, or plans are off.</summary>
    ValueTask<int?> RequestsPerMinuteAsync(Guid tenantId, CancellationToken ct);
}

/// <summary>Asks for what subscriptions cost. Called in the transaction of the step; what it does elsewhere it leaves to the outbox.</summary>
public interface ISubscriptionBilling
{
    /// <summary>Charges the organization.</summary>
    Task ChargeAsync(SubscriptionCharge charge, CancellationToken ct);

    /// <summary>What the organization has not paid need not be paid any more.</summary>
    Task VoidAsync(Guid tenantId, CancellationToken ct);
}

/// <summary>
/// The platform's books: plans, and what each organization has agreed to and owes. They are kept across organizations; whoever acts for one passes the id of the caller's own.
/// </summary>
public interface ISubscriptionBooks
{
    /// <summary>All plans, the smallest first.</summary>
    Task<IReadOnlyList<Plan>> PlansAsync(CancellationToken ct);

    /// <summary>Keeps a plan's terms.</summary>
    Task KeepAsync(Plan plan, CancellationToken ct);

    /// <summary>The organization's subscription; FREE when it has never chosen.</summary>
    Task<Subscription> FindAsync(Guid tenantId, CancellationToken ct);

    /// <summary>The same, held until the transaction ends.</summary>
    Task<Subscription> HoldAsync(Guid tenantId, CancellationToken ct);

    /// <summary>Keeps it without anything having happened.</summary>
    Task KeepAsync(Subscription subscription, CancellationToken ct);

    /// <summary>Adds a line to its history, with what it brings in a month from then on.</summary>
    Task NoteAsync(SubscriptionChange change, Subscription after, CancellationToken ct);

    /// <summary>The history, newest first, before that line.</summary>
    Task<IReadOnlyList<SubscriptionChange>> HistoryAsync(Guid tenantId, Guid? before, int atMost, CancellationToken ct);

    /// <summary>Charges, newest first, before that one; of all organizations without <paramref name="tenantId"/>.</summary>
    Task<IReadOnlyList<SubscriptionCharge>> ChargesAsync(Guid? tenantId, ChargeStatus? status, Guid? before, int atMost, CancellationToken ct);

    /// <summary>One charge, held until the transaction ends; null when there is none.</summary>
    Task<SubscriptionCharge?> HoldChargeAsync(Guid id, CancellationToken ct);

    /// <summary>Keeps how a charge stands.</summary>
    Task KeepAsync(SubscriptionCharge charge, CancellationToken ct);

    /// <summary>Since when the oldest charge that is not paid is past due at <paramref name="now"/>; null when none is.</summary>
    Task<DateTimeOffset?> OverdueSinceAsync(Guid tenantId, DateTimeOffset now, CancellationToken ct);
}

/// <summary>A line of a subscription's history.</summary>
/// <param name="OccurredAt">When it happened; for what time brings, when it was to happen.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Plan">The plan afterwards.</param>
/// <param name="Interval">The interval afterwards.</param>
/// <param name="PlanBefore">The plan before.</param>
/// <param name="Status">How the subscription stood afterwards.</param>
/// <param name="ActorId">The member who asked for it; null when time brought it, or the platform.</param>
public sealed record SubscriptionChange(Guid Id, DateTimeOffset OccurredAt, SubscriptionChangeKind Kind, PlanCode Plan, BillingInterval Interval, PlanCode PlanBefore,
    SubscriptionStatus Status, Guid? ActorId);
