using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Infrastructure.Subscriptions;

/// <summary>The rows of the books, and what they mean.</summary>
internal static class Rows
{
    internal sealed record PlanRow(string Code, string Name, decimal Monthly, decimal Yearly, string Currency, int TrialDays, string Limits)
    {
        public Plan Plan() => new(Choices.Value<PlanCode>(Code), Name, Money.Of(Monthly, Currency), Money.Of(Yearly, Currency), TrialDays,
            ValueList.Of(JsonSerializer.Deserialize<Dictionary<string, int>>(Limits)!.Select(l => new PlanLimit(l.Key, l.Value)).OrderBy(l => l.Name, StringComparer.Ordinal)));
    }

    // Properties, not parameters: a time that is null is told apart from none by their types alone.
    internal sealed record SubscriptionRow
    {
        public Guid TenantId { get; init; }
        public string Plan { get; init; } = "";
        public string Interval { get; init; } = "";
        public string Status { get; init; } = "";
        public decimal PriceAmount { get; init; }
        public string PriceCurrency { get; init; } = "";
        public DateTime? PeriodStart { get; init; }
        public DateTime? PeriodEnd { get; init; }
        public DateTime? AnchorAt { get; init; }
        public DateTime? PastDueSince { get; init; }
        public bool TrialUsed { get; init; }
        public bool CancelAtPeriodEnd { get; init; }
        public string? NextPlan { get; init; }
        public string? NextInterval { get; init; }
        public decimal? CreditAmount { get; init; }
        public string? CreditCurrency { get; init; }

        public Subscription Subscription() => new(TenantId, Choices.Value<PlanCode>(Plan), Choices.Value<BillingInterval>(Interval), Choices.Value<SubscriptionStatus>(Status), Money.Of(PriceAmount, PriceCurrency))
        {
            PeriodStart = PeriodStart, PeriodEnd = PeriodEnd, AnchorAt = AnchorAt, PastDueSince = PastDueSince, TrialUsed = TrialUsed, CancelAtPeriodEnd = CancelAtPeriodEnd,
            NextPlan = NextPlan is null ? null : Choices.Value<PlanCode>(NextPlan), NextInterval = NextInterval is null ? null : Choices.Value<BillingInterval>(NextInterval),
            Credit = CreditAmount is { } credit ? Money.Of(credit, CreditCurrency!) : null,
        };
    }

    internal sealed record ChangeRow(Guid Id, DateTime OccurredAt, string Kind, string Plan, string Interval, string PlanBefore, string Status, Guid? ActorId)
    {
        public SubscriptionChange Change() => new(Id, OccurredAt, Choices.Value<SubscriptionChangeKind>(Kind), Choices.Value<PlanCode>(Plan), Choices.Value<BillingInterval>(Interval), Choices.Value<PlanCode>(PlanBefore),
            Choices.Value<SubscriptionStatus>(Status), ActorId);
    }

    internal sealed record ChargeRow(Guid Id, Guid TenantId, string Plan, string Interval, string Kind, decimal Amount, string Currency, DateTime PeriodStart, DateTime PeriodEnd, string Status, DateTime DueAt,
        DateTime? PaidAt, DateTime CreatedAt)
    {
        public SubscriptionCharge Charge() => new(Id, TenantId, Choices.Value<PlanCode>(Plan), Choices.Value<BillingInterval>(Interval), Choices.Value<ChargeKind>(Kind), Money.Of(Amount, Currency), PeriodStart, PeriodEnd,
            Choices.Value<ChargeStatus>(Status), DueAt, PaidAt, CreatedAt);
    }
}
