using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>What is wrong with a document as it was sent, each at its path and all of it at once.</summary>
internal static class DocumentChecks
{
    private const int MostLines = 1_000, MostOptions = 100, MostAdjustments = 20, LongestName = 300, LongestText = 20_000, LongestReason = 300;

    public static void Check(DocumentDetails details, string currency)
    {
        var errors = new Dictionary<string, string[]>();
        if (!Currency.IsKnown(currency)) throw CrmException.Validation("currency", "must be an ISO 4217 code");
        Lines(details.LineItems, "lineItems", MostLines);
        Lines(details.Options(), "optionalItems", MostOptions);
        Adjustments(details.Adjustments, "adjustments");
        for (var i = 0; i < details.Adjustments.Count; i++)
        {
            var (adjustment, path) = (details.Adjustments[i], $"adjustments[{i}]");
            Taxed(adjustment.TaxCategory, adjustment.TaxPercent, adjustment.TaxReason, path);
        }
        if (errors.Count > 0) throw CrmException.Validation(errors);

        void Lines(ValueList<DocumentItem> lines, string member, int most)
        {
            if (lines.Count > most) Wrong(member, $"must be at most {most}");
            for (var i = 0; i < lines.Count; i++) Line(lines[i], $"{member}[{i}]");
        }

        void Line(DocumentItem line, string path)
        {
            if (line.Name is { } name && (name.Length == 0 || Characters.Exceed(name, LongestName))) Wrong($"{path}.name", $"must have 1 to {LongestName} characters");
            if (line.Description is { } text && Characters.Exceed(text, LongestText)) Wrong($"{path}.description", $"must be at most {LongestText} characters");
            if (line.Quantity <= 0 || !Require.IsQuantity(line.Quantity)) Wrong($"{path}.quantity", "must be above 0, below 10^9 and have at most 6 decimals");
            if (line.PriceQuantity <= 0 || !Require.IsQuantity(line.PriceQuantity)) Wrong($"{path}.priceQuantity", "must be above 0, below 10^9 and have at most 6 decimals");
            if (line.Unit is not null && !Unit.IsKnown(line.Unit)) Wrong($"{path}.unit", "must be a unit code of UN/ECE Recommendation 20");
            if (line.UnitPrice is { } price) Amount(price, $"{path}.unitPrice");
            Adjustments(line.Adjustments, $"{path}.adjustments");
            Taxed(line.TaxCategory, line.TaxPercent, line.TaxReason, path);
        }

        void Adjustments(IReadOnlyList<LineAdjustment> adjustments, string path)
        {
            if (adjustments.Count > MostAdjustments) Wrong(path, $"must be at most {MostAdjustments}");
            for (var i = 0; i < adjustments.Count; i++)
            {
                var adjustment = adjustments[i];
                if (adjustment.Percent is null == adjustment.Amount is null) Wrong($"{path}[{i}]", "must have either a percent or an amount");
                if (adjustment.Percent is { } percent) Refused(() => Adjustment.OfPercent(percent), $"{path}[{i}].percent");
                if (adjustment.Amount is { } amount) Amount(amount, $"{path}[{i}].amount");
                if (adjustment.Reason is { } reason && (reason.Length == 0 || Characters.Exceed(reason, LongestReason))) Wrong($"{path}[{i}].reason", $"must have 1 to {LongestReason} characters");
            }
        }

        void Amount(Money amount, string path)
        {
            if (amount.Currency != currency) Wrong($"{path}.currency", $"must be {currency}, the currency of the document");
            else if (amount.Amount < 0) Wrong($"{path}.amount", "must not be negative");
        }

        void Taxed(TaxCategory? category, decimal? percent, string? reason, string path)
        {
            if (category is { } stated)
            {
                if (stated == TaxCategory.Standard && percent is null) Wrong($"{path}.taxPercent", "is required in this category");
                else Refused(() => Tax.Of(stated, percent ?? 0, reason), path, "tax");
            }
            else if (percent is not null || reason is not null) Wrong($"{path}.taxCategory", "is required with taxPercent and taxReason");
        }

        void Refused(Action check, string path, string? prefix = null)
        {
            try
            {
                check();
            }
            catch (CrmException refusal) when (refusal.Errors is { Count: > 0 } wrong)
            {
                foreach (var (member, why) in wrong) Wrong(prefix is null ? path : $"{path}.{prefix}{char.ToUpperInvariant(member[0])}{member[1..]}", why[0]);
            }
        }

        void Wrong(string path, string why) => errors[path] = [why];
    }
}
