using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Infrastructure.Subscriptions;

/// <summary>The rows of the books, and what they mean.</summary>
internal static class Rows
{
    public static T Choice<T>(string text) where T : struct, Enum => Choices.TryParse(typeof(T), text, out var value) ? (T)value : throw new InvalidOperationException($"{text} is no {typeof(T).Name}.");

    internal sealed record PlanRow(string Code, string Name, decimal Monthly, decimal Yearly, string Currency, int TrialDays, string Limits)
    {
        public Plan Plan() => new(Choice<PlanCode>(Code), Name, Money.Of(Monthly, Currency), Money.Of(Yearly, Currency), TrialDays,
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

        public Subscription Subscription() => new(TenantId, Choice<PlanCode>(Plan), Choice<BillingInterval>(Interval), Choice<SubscriptionStatus>(Status), Money.Of(PriceAmount, PriceCurrency))
        {
            PeriodStart = PeriodStart, PeriodEnd = PeriodEnd, AnchorAt = AnchorAt, PastDueSince = PastDueSince, TrialUsed = TrialUsed, CancelAtPeriodEnd = CancelAtPeriodEnd,
            NextPlan = NextPlan is null ? null : Choice<PlanCode>(NextPlan), NextInterval = NextInterval is null ? null : Choice<BillingInterval>(NextInterval),
            Credit = CreditAmount is { } credit ? Money.Of(credit, CreditCurrency!) : null,
        };
    }

    internal sealed record ChangeRow(Guid Id, DateTime OccurredAt, string Kind, string Plan, string Interval, string PlanBefore, string Status, Guid? ActorId)
    {
        public SubscriptionChange Change() => new(Id, OccurredAt, Choice<SubscriptionChangeKind>(Kind), Choice<PlanCode>(Plan), Choice<BillingInterval>(Interval), Choice<PlanCode>(PlanBefore),
            Choice<SubscriptionStatus>(Status), ActorId);
    }

    internal sealed record ChargeRow(Guid Id, Guid TenantId, string Plan, string Interval, string Kind, decimal Amount, string Currency, DateTime PeriodStart, DateTime PeriodEnd, string Status, DateTime DueAt,
        DateTime? PaidAt, DateTime CreatedAt)
    {
        public SubscriptionCharge Charge() => new(Id, TenantId, Choice<PlanCode>(Plan), Choice<BillingInterval>(Interval), Choice<ChargeKind>(Kind), Money.Of(Amount, Currency), PeriodStart, PeriodEnd,
            Choice<ChargeStatus>(Status), DueAt, PaidAt, CreatedAt);
    }
}
