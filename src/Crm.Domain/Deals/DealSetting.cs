using Crm.Domain.Common;
using Crm.Domain.Pipelines;

namespace Crm.Domain.Deals;

/// <summary>What the rules of a deal depend on besides its own details.</summary>
/// <param name="Stages">The stages of the pipeline the deal is to be in.</param>
/// <param name="Former">The stages of the pipeline it was in; the same one, mostly.</param>
/// <param name="Prices">The list prices of the products in lines that state none.</param>
/// <param name="Today">The day it is in the tenant's zone.</param>
public sealed record DealSetting(StageSet Stages, StageSet Former, IReadOnlyDictionary<Guid, Money?> Prices, DateOnly Today, DateTimeOffset Now);

/// <summary>Fills in what users leave open about a deal.</summary>
internal static class DealSettlement
{
    private const decimal MostOfOne = 1_000_000_000m;

    /// <summary>The lines with their ids and prices. A line that is sent again, by id, alike or in the same place, keeps its id and price.</summary>
    public static ValueList<LineItem> Lines(ValueList<LineItem> stored, ValueList<LineItem> sent, DealSetting setting)
    {
        Check(sent);
        var matched = ChildItems.Matched(stored, sent, "lineItems", setting.Now,
            (was, at, line, i) => at == i && Alike(was, line),
            (was, _, line, _) => Alike(was, line),
            (was, at, line, i) => at == i && was.ProductId == line.ProductId);
        var lines = ValueList.Of(matched.Select(line => line.UnitPrice is not null ? line : line with { UnitPrice = Price(stored, line, setting) }));
        CheckPrices(stored, lines);
        return lines;
    }

    /// <summary>The sum of the lines that have a price; null when none has.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: prices in several currencies, or a sum out of range.</exception>
    public static Money? Sum(ValueList<LineItem> lines)
    {
        var priced = lines.Where(l => l.UnitPrice is not null).ToList();
        if (priced.Count == 0) return null;
        if (priced.Any(l => l.UnitPrice!.Currency != priced[0].UnitPrice!.Currency))
            throw CrmException.Validation("lineItems", "are in several currencies: state a value, or use one currency");
        try
        {
            return Money.Sum(priced.Select(l => l.UnitPrice!.Times(l.Quantity)), priced[0].UnitPrice!.Currency);
        }
        catch (CrmException)
        {
            throw CrmException.Validation("lineItems", "are worth more than an amount can hold");
        }
    }

    private static Money? Price(ValueList<LineItem> stored, LineItem line, DealSetting setting) =>
        stored.FirstOrDefault(s => s.Id == line.Id && s.ProductId == line.ProductId) is { } before
            ? before.UnitPrice
            : setting.Prices.GetValueOrDefault(line.ProductId);

    private static bool Alike(LineItem stored, LineItem sent) => stored with { Id = null } == sent with { UnitPrice = sent.UnitPrice ?? stored.UnitPrice };

    /// <summary>No price below 0, whoever states it; lines written before prices had a floor keep theirs.</summary>
    private static void CheckPrices(ValueList<LineItem> stored, ValueList<LineItem> lines)
    {
        var errors = new Dictionary<string, string[]>();
        for (var i = 0; i < lines.Count; i++)
            if (lines[i].UnitPrice is { Amount: < 0 } price && stored.FirstOrDefault(s => s.Id == lines[i].Id)?.UnitPrice != price) errors[$"lineItems[{i}].unitPrice.amount"] = ["must not be negative"];
        if (errors.Count > 0) throw CrmException.Validation(errors);
    }

    private static void Check(ValueList<LineItem> lines)
    {
        var errors = new Dictionary<string, string[]>();
        for (var i = 0; i < lines.Count; i++)
        {
            var quantity = lines[i].Quantity;
            if (quantity is <= 0 or > MostOfOne) errors[$"lineItems[{i}].quantity"] = [$"must be above 0 and at most {MostOfOne:0}"];
            else if (decimal.Round(quantity, 4) != quantity) errors[$"lineItems[{i}].quantity"] = ["must have at most 4 decimals"];
            if (lines[i].Description is { } text && Characters.Exceed(text, 20_000)) errors[$"lineItems[{i}].description"] = ["must be at most 20000 characters"];
        }
        if (errors.Count > 0) throw CrmException.Validation(errors);
    }
}
