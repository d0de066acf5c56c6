using Crm.Application.Platform;
using Crm.Application.Reports;
using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>Keeps what the platform's key was used for.</summary>
public interface IPlatformLog
{
    /// <summary>Notes what was done, with the transaction that did it where there is one.</summary>
    Task DoneAsync(IPlatformRequest request, CancellationToken ct);

    /// <summary>Notes what was refused, whatever becomes of the transaction.</summary>
    Task RefusedAsync(IPlatformRequest request, string code, CancellationToken ct);

    /// <summary>The log, newest first, before that entry; only of one organization with <paramref name="tenantId"/>.</summary>
    Task<IReadOnlyList<PlatformLogEntry>> ReadAsync(Guid? tenantId, Guid? before, int atMost, CancellationToken ct);
}

/// <summary>The organizations of this service, seen from outside of them: what the platform keeps about them, and nothing of their records.</summary>
public interface ITenantBook
{
    /// <summary>Those that fit, the newest first.</summary>
    Task<IReadOnlyList<PlatformTenant>> ListAsync(TenantSearch search, CancellationToken ct);

    /// <summary>One of them; null when there is none.</summary>
    Task<PlatformTenant?> FindAsync(Guid id, CancellationToken ct);

    /// <summary>Suspends it, on every instance; false when it is suspended.</summary>
    Task<bool> SuspendAsync(Guid id, string reason, CancellationToken ct);

    /// <summary>Lets it in again; false when it is not suspended.</summary>
    Task<bool> RestoreAsync(Guid id, CancellationToken ct);

    /// <summary>Keeps its name beside it.</summary>
    Task NameAsync(Guid id, string name, CancellationToken ct);

    /// <summary>Has every instance ask anew what the organization may do.</summary>
    Task AnnounceAsync(Guid id, CancellationToken ct);
}

/// <summary>Figures over all organizations.</summary>
public interface IPlatformReports
{
    /// <summary>How many organizations registered in each period.</summary>
    Task<IReadOnlyList<PeriodCount>> RegistrationsAsync(ReportSpan span, CancellationToken ct);

    /// <summary>How many users signed in, or renewed their session, in each period.</summary>
    Task<IReadOnlyList<PeriodCount>> ActiveUsersAsync(ReportSpan span, CancellationToken ct);

    /// <summary>How many organizations are on each plan.</summary>
    Task<IReadOnlyList<PlanShare>> PlansAsync(CancellationToken ct);

    /// <summary>How subscriptions changed in each period.</summary>
    Task<IReadOnlyList<PlanMoves>> MovesAsync(ReportSpan span, CancellationToken ct);

    /// <summary>How what subscriptions bring in changed by the month until <paramref name="to"/>, excluded; what was before <paramref name="from"/> as one.</summary>
    Task<IReadOnlyList<RecurringRevenueMoves>> RevenueAsync(DateOnly from, DateTimeOffset to, CancellationToken ct);

    /// <summary>What became of trials in each month.</summary>
    Task<IReadOnlyList<TrialMonth>> TrialsAsync(DateOnly from, DateTimeOffset to, CancellationToken ct);
}
