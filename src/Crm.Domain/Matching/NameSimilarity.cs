using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Crm.Domain.Matching;

/// <summary>How alike two names of payers are: whatever their case, accents, order of words and legal form.</summary>
public static class NameSimilarity
{
    private static readonly FrozenSet<string> LegalForms = new[]
    {
        "AB", "AD", "AG", "AS", "BV", "CO", "COMPANY", "CORP", "CORPORATION", "DOO", "EAD", "EK", "EOOD", "ET", "EV", "GBR", "GMBH", "INC", "KFT", "KG", "LIMITED", "LLC", "LLP", "LTD",
        "MBH", "NV", "OHG", "OOD", "OY", "PLC", "SA", "SARL", "SE", "SL", "SPA", "SRL", "SRO", "UG", "АД", "ЕАД", "ЕООД", "ЕТ", "ООД",
    }.ToFrozenSet(StringComparer.Ordinal);

    // The service runs without the tables of cultures, which would know this.
    private const string Accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽŁŃŅŇŌŎŐŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚ";
    private const string Bare = "AAAAAACEEEEIIIINOOOOOOUUUUYAAACCCCDDEEEEEGGGGHHIIIIIJKLLLLNNNOOORRRSSSSTTTUUUUUUWYYZZZST";

    /// <summary>From 0, nothing in common, to 1, the same: Dice's coefficient of the pairs of letters (Sørensen, 1948).</summary>
    public static decimal Of(string? left, string? right)
    {
        var (one, other) = (Pairs(left), Pairs(right));
        if (one.Count == 0 || other.Count == 0) return 0;
        var common = 0;
        var rest = other.ToDictionary();
        foreach (var (pair, count) in one)
            if (rest.TryGetValue(pair, out var theirs)) common += Math.Min(count, theirs);
        return decimal.Round(2m * common / (one.Values.Sum() + other.Values.Sum()), 2);
    }

    private static Dictionary<string, int> Pairs(string? name)
    {
        var pairs = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in Words(name))
        {
            var padded = $" {word} ";
            for (var i = 0; i + 1 < padded.Length; i++)
            {
                var pair = padded.Substring(i, 2);
                pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
            }
        }
        return pairs;
    }

    /// <summary>The words without accents, in upper case, without dots inside (G.m.b.H.); of a name that is nothing but a legal form, that.</summary>
    private static List<string> Words(string? name)
    {
        if (name is null) return [];
        var folded = new StringBuilder();
        foreach (var c in name)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark || c is '.' or '\'' or '’') continue;
            var letter = char.ToUpperInvariant(c);
            folded.Append(!char.IsLetterOrDigit(c) ? ' ' : Accented.IndexOf(letter, StringComparison.Ordinal) is var at and >= 0 ? Bare[at] : letter);
        }
        var words = folded.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var telling = words.Where(w => !LegalForms.Contains(w)).ToList();
        return telling.Count > 0 ? telling : [.. words];
    }
}
