using System.Globalization;
using Crm.Application.Notifications;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>What an organization that owes for its plan is told, to people.</summary>
internal static class DunningTexts
{
    /// <summary>The kind of the notification.</summary>
    public static string Kind(DunningStage stage) => stage switch
    {
        DunningStage.Due => NotificationKinds.SubscriptionDue,
        DunningStage.PastDue => NotificationKinds.SubscriptionPastDue,
        DunningStage.Ending => NotificationKinds.SubscriptionEnding,
        DunningStage.Ended => NotificationKinds.SubscriptionEnded,
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    /// <summary>The plan and what is owed, such as <c>Starter, 19.00 EUR</c>.</summary>
    public static string Title(string plan, DunningNotice notice) => string.Join(", ", notice.Amounts.Select(Amount).Prepend(plan));

    /// <summary>When it is to be paid and what happens next, in Bulgarian (<c>bg</c>), else in English, by the calendar of a time zone.</summary>
    public static string Body(string language, string zone, DunningNotice notice)
    {
        var (due, end) = (Day(notice.DueAt, zone), Day(notice.FallsBackAt, zone));
        return (notice.Stage, language == "bg") switch
        {
            (DunningStage.Due, true) => $"Платимо до {due}. Ако не бъде платено, планът продължава до {end}; след това организацията преминава към FREE.",
            (DunningStage.Due, false) => $"To be paid by {due}. Unless it is, the plan goes on until {end}; then the organization falls back to FREE.",
            (DunningStage.PastDue, true) => $"Беше платимо до {due}. Планът продължава до {end}; без плащане организацията след това преминава към FREE.",
            (DunningStage.PastDue, false) => $"It was to be paid by {due}. The plan goes on until {end}; without payment the organization then falls back to FREE.",
            (DunningStage.Ending, true) => $"Беше платимо до {due}. На {end} организацията преминава към FREE, освен ако не бъде платено преди това.",
            (DunningStage.Ending, false) => $"It was to be paid by {due}. On {end} the organization falls back to FREE unless it is paid before.",
            (_, true) => $"От {end} организацията е на FREE. Неплатеното вече не се дължи. Няма загубени данни; над границите на FREE не се добавя нищо.",
            _ => $"Since {end} the organization is on FREE. What was not paid need not be paid any more. Nothing is lost; beyond the limits of FREE nothing is added.",
        };
    }

    private static string Amount(Money money) => string.Create(CultureInfo.InvariantCulture, $"{money.Amount} {money.Currency}");

    private static string Day(DateTimeOffset at, string zone) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
