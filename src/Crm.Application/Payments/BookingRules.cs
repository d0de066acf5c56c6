using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Payments;

/// <summary>What requests that book money have in common.</summary>
internal static class BookingRules
{
    private const int LongestReason = 2_000;

    /// <summary>An amount, if there is one, is above 0.</summary>
    public static void MustBePositive<T>(this IRuleBuilderInitial<T, Money?> rule) => rule.Custom((amount, context) =>
    {
        if (amount is { Amount: <= 0 }) context.AddFailure("amount.amount", "must be above 0");
    });

    /// <summary>A reason, if there is one, has at most 2,000 characters.</summary>
    public static void MustBeReason<T>(this IRuleBuilderInitial<T, string?> rule) => rule.Custom((reason, context) =>
    {
        if (reason is not null && Characters.Exceed(reason, LongestReason)) context.AddFailure("reason", $"must be at most {LongestReason} characters");
    });
}
