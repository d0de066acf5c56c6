using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>Fills in what users leave open about a document, refuses by path what cannot stand on one, and adds it up.</summary>
internal static class DocumentSettlement
{
    /// <summary>The details with everything filled in. A line that is sent again, by id, alike or in the same place, keeps its id, and what was found for it as long as it is the same product and quantity.</summary>
    public static TDetails Of<TDetails>(TDetails? before, TDetails after, DocumentSetting setting) where TDetails : DocumentDetails
    {
        var currency = after.Currency ?? setting.Currency;
        DocumentChecks.Check(after, currency);
        var (errors, unknown) = (new Dictionary<string, string[]>(), new Dictionary<string, string[]>());
        var lines = Settled(before?.LineItems ?? [], after.LineItems, "lineItems", 0);
        var options = Settled(before?.Options() ?? [], after.Options(), "optionalItems", after.LineItems.Count);
        if (errors.Count > 0) throw CrmException.Validation(errors);
        if (unknown.Count > 0) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The request refers to what is not there.", unknown);
        return (TDetails)(after with { Currency = currency, Language = after.Language ?? setting.Language }).With(lines, options);

        ValueList<DocumentItem> Settled(ValueList<DocumentItem> stored, ValueList<DocumentItem> sent, string member, int first)
        {
            var matched = ChildItems.Matched(stored, sent, member, setting.Now,
                (was, at, line, i) => at == i && IsSame(was, line),
                (was, _, line, _) => IsSame(was, line),
                (was, at, line, i) => at == i && was.ProductId is not null && was.ProductId == line.ProductId);
            return ValueList.Of(matched.Select((line, i) => Line(stored.FirstOrDefault(s => s.Id == line.Id), line,
                first + i < setting.Lines.Count ? setting.Lines[first + i] : LineSetting.Nothing, currency, $"{member}[{i}]", errors, unknown)).ToList());
        }
    }

    /// <summary>The sums of settled details.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>lineItems</c> or <c>adjustments</c>: more than an amount can hold, or what is outside the scope of VAT beside what is not.</exception>
    public static DocumentTotals Totals(DocumentDetails settled)
    {
        try
        {
            return DocumentTotals.Of(settled.Currency!, settled.LineItems, settled.Adjustments);
        }
        catch (CrmException refusal) when (refusal.Errors is { } errors)
        {
            throw CrmException.Validation("lineItems", errors.ContainsKey("lines") ? errors["lines"][0] : "come to more than an amount can hold");
        }
    }

    /// <summary>What the arithmetic counts of a line.</summary>
    public static DocumentLine Counted(DocumentItem line) => DocumentLine.Of(line.Quantity, line.UnitPrice!.Amount, Tax.Of(line.TaxCategory!.Value, line.TaxPercent!.Value, line.TaxReason),
        line.PriceQuantity, [.. line.Adjustments.Select(a => Counted(a, null))]);

    /// <summary>What it counts of an adjustment of the whole document.</summary>
    public static Adjustment Counted(DocumentAdjustment adjustment) =>
        Counted(adjustment, adjustment.TaxCategory is { } category ? Tax.Of(category, adjustment.TaxPercent ?? 0, adjustment.TaxReason) : null);

    private static Adjustment Counted(LineAdjustment adjustment, Tax? tax) => adjustment.Percent is { } percent
        ? Adjustment.OfPercent(percent, adjustment.IsCharge, adjustment.Reason, tax) : Adjustment.OfAmount(adjustment.Amount!.Amount, adjustment.IsCharge, adjustment.Reason, tax);

    private static DocumentItem Line(DocumentItem? was, DocumentItem sent, LineSetting found, string currency, string path, Dictionary<string, string[]> errors, Dictionary<string, string[]> unknown)
    {
        var line = sent with { SourceItemId = was?.SourceItemId, Net = null };
        if (sent.SourceItemId is { } source && source != was?.SourceItemId) errors[$"{path}.sourceItemId"] = ["is set by the service"];
        if (!found.IsKnown && was?.ProductId != sent.ProductId)
        {
            unknown[$"{path}.productId"] = ["refers to no product you can see"];
            return line;
        }
        var kept = was is not null && was.ProductId == sent.ProductId ? was : null;
        line = line with { Name = sent.Name ?? kept?.Name ?? found.Name, Unit = sent.Unit ?? kept?.Unit ?? found.Unit ?? Commerce.Unit.One };
        if (line.Name is null) errors[$"{path}.name"] = ["is required without a product"];
        line = Priced(line, kept, found, currency);
        if (line.UnitPrice is null) unknown[$"{path}.unitPrice"] = [line.ProductId is null ? "is required without a product" : $"is required: there is no price in {currency} for this product, customer, quantity and day"];
        if (line.TaxCategory is null)
        {
            var tax = kept?.TaxCategory is { } category ? Tax.Of(category, kept.TaxPercent!.Value, kept.TaxReason) : found.Tax;
            if (tax is null) unknown[$"{path}.taxCategory"] = ["is required: no rate of tax is found in your country for the product's tax code, or yours, on this day"];
            else line = line with { TaxCategory = tax.Category, TaxPercent = tax.Percent, TaxReason = tax.Reason };
        }
        else line = line with { TaxPercent = line.TaxPercent ?? 0 };
        return line.UnitPrice is null || line.TaxCategory is null || line.Name is null ? line : Netted(was, sent, line, currency, path, errors);
    }

    private static DocumentItem Netted(DocumentItem? was, DocumentItem sent, DocumentItem line, string currency, string path, Dictionary<string, string[]> errors)
    {
        try
        {
            var net = Money.Of(LineTotals.Of(Counted(line), currency).Net, currency);
            if (sent.Net is { } stated && stated != net && stated != was?.Net) errors[$"{path}.net"] = ["is set by the service"];
            return line with { Net = net };
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.Validation)
        {
            errors[path] = ["comes to more than an amount can hold"];
            return line;
        }
    }

    /// <summary>The line with a price. One that is finer than money is that of ten, a hundred, … pieces: 0.0088 is 0.88 per 100.</summary>
    private static DocumentItem Priced(DocumentItem line, DocumentItem? kept, LineSetting found, string currency)
    {
        if (line.UnitPrice is not null) return line;
        if (kept is not null && kept.Quantity == line.Quantity && kept.UnitPrice?.Currency == currency) return line with { UnitPrice = kept.UnitPrice, PriceQuantity = kept.PriceQuantity };
        if (found.Price is not { } price) return line;
        for (var per = line.PriceQuantity; per < DocumentLine.QuantityLimit; per *= 10)
            if (Money.TryOf(price * per, currency, out var money, out _)) return line with { UnitPrice = money, PriceQuantity = per };
        return line;
    }

    /// <summary>Whether what was sent states nothing that the stored line does not say already.</summary>
    private static bool IsSame(DocumentItem was, DocumentItem sent) => was.ProductId == sent.ProductId && was.Quantity == sent.Quantity && was.Description == sent.Description
        && (sent.Name ?? was.Name) == was.Name && (sent.Unit ?? was.Unit) == was.Unit && (sent.UnitPrice is null || sent.UnitPrice == was.UnitPrice && sent.PriceQuantity == was.PriceQuantity)
        && (sent.TaxCategory ?? was.TaxCategory) == was.TaxCategory && (sent.TaxPercent ?? was.TaxPercent) == was.TaxPercent && sent.Adjustments.Equals(was.Adjustments);
}
