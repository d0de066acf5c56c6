using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Invoices;

/// <summary>A stage of the reminders that late invoices get. Its number is its place among them, from 1.</summary>
public sealed record DunningStage
{
    /// <summary>How many days after the day it was due an invoice reaches the stage, 1–3,650.</summary>
    public required int DaysAfterDue { get; init; }
}

/// <summary>The rules of reminders in stages.</summary>
public static class Dunning
{
    /// <summary>The most stages, and so the most reminders of one invoice.</summary>
    public const int MostStages = 10;

    /// <summary>Everything that is wrong with these stages, by path.</summary>
    public static IReadOnlyDictionary<string, string[]> Refusals(ValueList<DunningStage> stages)
    {
        var errors = new Dictionary<string, string[]>();
        if (stages.Count > MostStages) errors["dunningStages"] = [$"must be at most {MostStages}"];
        for (var i = 0; i < stages.Count; i++)
        {
            var (days, path) = (stages[i].DaysAfterDue, $"dunningStages[{i}].daysAfterDue");
            if (days is < 1 or > SellerRules.LongestTerm) errors[path] = [$"must be between 1 and {SellerRules.LongestTerm}"];
            else if (i > 0 && days <= stages[i - 1].DaysAfterDue) errors[path] = ["must be more than that of the stage before"];
        }
        return errors;
    }

    /// <summary>The highest stage that an invoice has reached which is so many days late; 0 for none.</summary>
    public static int Reached(IReadOnlyCollection<DunningStage> stages, int daysLate) => stages.Count(stage => stage.DaysAfterDue <= daysLate);
}
