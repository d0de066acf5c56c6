namespace Crm.Application.Routing;

/// <summary>What came of routing a lead.</summary>
public enum RoutingOutcome
{
    /// <summary>A rule gave it to a member.</summary>
    Routed,
    /// <summary>It meets no rule; it stays whose it is.</summary>
    Unmatched,
    /// <summary>It meets a rule, but none of those it could be given to is active; it stays whose it is.</summary>
    Unassigned,
    /// <summary>Somebody took it, or gave it to somebody, before a rule could.</summary>
    Claimed,
}

/// <summary>Why a rule did, or did not, give a lead to a member.</summary>
public enum RoutingVerdict
{
    /// <summary>It gave it to a member.</summary>
    Chosen,
    /// <summary>The lead does not meet its condition.</summary>
    NotMet,
    /// <summary>The lead is in none of its territories.</summary>
    NoTerritory,
    /// <summary>No member of its pool is active.</summary>
    NobodyAvailable,
    /// <summary>It cannot be asked: it names a custom field that has been retired, say.</summary>
    Broken,
}

/// <summary>A rule that was asked about a lead.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Verdict">How it came out.</param>
/// <param name="Reason">Why it cannot be asked.</param>
public sealed record RoutingStep(Guid RuleId, string Name, RoutingVerdict Verdict, string? Reason);

/// <summary>What came of routing a lead, the last time.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="Outcome">What came of it; null when it never was.</param>
/// <param name="RuleId">The rule that gave it to a member.</param>
/// <param name="OwnerId">The member.</param>
/// <param name="Rules">The rules that were asked, in their order, up to the one that decided.</param>
/// <param name="RoutedAt">When that was.</param>
public sealed record LeadRouting(Guid LeadId, RoutingOutcome? Outcome, Guid? RuleId, Guid? OwnerId, IReadOnlyList<RoutingStep> Rules, DateTimeOffset? RoutedAt);

/// <summary>What came of routing, in the open transaction.</summary>
public interface ILeadRoutings
{
    /// <summary>True when this event has been dealt with.</summary>
    Task<bool> HasAsync(Guid eventId, CancellationToken ct);

    /// <summary>Keeps what came of it.</summary>
    Task AddAsync(LeadRouting routing, Guid? eventId, CancellationToken ct);
}
