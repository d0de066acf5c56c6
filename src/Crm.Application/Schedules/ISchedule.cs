namespace Crm.Application.Schedules;

/// <summary>What is done of due times that nobody was there for, because the service was down or the work failed.</summary>
public enum CatchUp
{
    /// <summary>Only the latest: it makes up for the others.</summary>
    Latest,

    /// <summary>Each, the oldest first.</summary>
    Each,
}

/// <summary>Work that recurs: once for each due time over all instances. Implemented as <see cref="ISchedule"/> or <see cref="ITenantSchedule"/>.</summary>
public interface IRecurring
{
    /// <summary>Its name in the database and in <c>/admin/schedules</c>, such as <c>tasks.reminders</c>; never changed.</summary>
    string Name { get; }

    /// <summary>The time between two due times, one second at least. Due times are its multiples since 1970-01-01T00:00:00Z: that of a day is midnight UTC.</summary>
    TimeSpan Every { get; }

    /// <summary>What is done of due times that were missed.</summary>
    CatchUp CatchUp => CatchUp.Latest;
}

/// <summary>
/// Recurring work on the whole instance, outside any tenant and any transaction. Found, never registered. What it throws is tried again after 5 s, three times as long after each
/// failure, 15 minutes at most; one that a crash interrupted begins again within half a minute. So it must bear being begun twice for one due time.
/// </summary>
public interface ISchedule : IRecurring
{
    /// <summary>Does the work that is due at <paramref name="due"/>; that, not the clock, is the time it goes by.</summary>
    Task RunAsync(DateTimeOffset due, CancellationToken ct);
}

/// <summary>
/// Recurring work for each active tenant, found like <see cref="ISchedule"/>. It is called once per tenant and due time, inside a transaction of that tenant, as its
/// <see cref="Abstractions.Caller.System"/>; changed aggregates are saved afterwards. A tenant it fails for is tried again, and holds up no other.
/// Calls nobody outside: that is what the outbox is for.
/// </summary>
public interface ITenantSchedule : IRecurring
{
    /// <summary>Does the tenant's part of the work that is due at <paramref name="due"/>; that, not the clock, is the time it goes by.</summary>
    Task RunAsync(DateTimeOffset due, CancellationToken ct);
}

/// <summary>A tenant's turn that is done in pieces, each in a transaction of its own: what one holds, such as the numbers of invoices, others wait for no longer than a piece takes.</summary>
public interface ITenantPieces : ITenantSchedule
{
    /// <summary>Does the next piece; true when there may be more. One that is not done with a piece must not find the same again.</summary>
    Task<bool> RunPieceAsync(DateTimeOffset due, CancellationToken ct);

    Task ITenantSchedule.RunAsync(DateTimeOffset due, CancellationToken ct) => RunPieceAsync(due, ct);
}
