using Crm.Application.Events;

namespace Crm.Application.Abstractions;

/// <summary>
/// Reacts to committed events with changes of our own database: notifications, webhook deliveries, runs of rules. Found, never registered. It gets every
/// event of every tenant once, in the order of the log, in a transaction that also writes down how far it has come: what it does is done exactly once, whatever
/// is killed. It acts as the tenant's <see cref="Caller.System"/>.
/// </summary>
public interface ILogFollower
{
    /// <summary>Its name in the database, such as <c>webhooks</c>; never changed.</summary>
    string Name { get; }

    /// <summary>
    /// Reacts to some events, in their order. Changed aggregates are saved afterwards; commands may be sent, and are part of it. Whoever does more than one event
    /// asks for says so by <see cref="IRequestContext.FollowFrom"/> and saves before going on to the next, so that each effect names its own cause. What it throws is
    /// undone, and the events are given one by one; the one at fault is tried again from the outbox, like any delivery, while the others go on.
    /// Calls nobody outside: that is what the outbox is for.
    /// </summary>
    Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct);
}

/// <summary>
/// Takes every event of every tenant to another system, in the order of the log, at least once: the event's id is what the receiver tells repetitions by.
/// Found, never registered; runs outside any transaction. Where the other system is away the tenant's place in the log stands still, and nothing is lost.
/// </summary>
public interface ILogForwarder
{
    /// <summary>Its name in the database, such as <c>bus</c>; never changed.</summary>
    string Name { get; }

    /// <summary>False where it is not configured: then it has no place in the log, and begins, once it is configured, with what happens from then on.</summary>
    bool IsOn { get; }

    /// <summary>Takes some events there, all of one tenant. Returning means that they have arrived; what it throws is tried again later, from the first of them.</summary>
    Task ForwardAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct);
}
