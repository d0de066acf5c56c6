using Crm.Domain.Scoring;

namespace Crm.Infrastructure.Scoring;

/// <summary>
/// Turns what is known of leads into the columns of a regression: a number is a column, each frequent word is one, and so is that nothing is known. Rare words share a
/// column: what three leads had in common says nothing.
/// </summary>
internal sealed class FeatureTable
{
    private const int MostWords = 50;
    private const double Percentile = 0.99;

    private readonly List<Column> _columns = [];

    private FeatureTable() { }

    /// <summary>How many columns there are.</summary>
    public int Width { get; private set; }

    /// <summary>Looks at the leads a model is fitted on. A word counts when one in a hundred leads has it, or twenty have.</summary>
    public static FeatureTable Of(IReadOnlyList<PastLead> leads)
    {
        var table = new FeatureTable();
        var least = Math.Max(5, Math.Min(20, leads.Count / 100));
        foreach (var name in leads.SelectMany(l => l.Facts.ByName.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var known = leads.Select(l => l.Facts[name]).OfType<Fact>().ToList();
            var numbers = known.Where(f => f.Number is not null).Select(f => f.Number!.Value).Order().ToList();
            // Nine in ten are numbers: then it is one, and the rest is not known.
            if (numbers.Count >= known.Count * 0.9) table.AddNumber(name, numbers, leads.Count, least);
            else table.AddWords(name, known, leads.Count, least);
        }
        return table;
    }

    /// <summary>The lead's columns that are not 0.</summary>
    public void Write(Facts facts, List<(int Column, double Value)> row)
    {
        foreach (var c in _columns)
        {
            var (column, value) = facts[c.Name] switch
            {
                { Number: { } number } when c.Number is not null => (c.First, c.Number.Scaled(number)),
                { Word: { } word } when c.Number is null => (c.Words.GetValueOrDefault(word, c.Other), 1),
                _ => (c.Missing, 1.0),
            };
            if (column >= 0) row.Add((column, value));
        }
    }

    /// <summary>The model these weights make; the averages are those of the leads.</summary>
    public ScoringModel Model(double intercept, IReadOnlyList<double> weights, IReadOnlyList<PastLead> leads)
    {
        var features = _columns.Select(c => new ModelFeature(c.Name, c.Number is null ? null : c.Number with { Weight = weights[c.First] },
            c.Words.ToDictionary(w => w.Key, w => weights[w.Value]), Of(c.Other), Of(c.Missing), 0)).ToList();
        return new ScoringModel(intercept, [.. features.Select(f => f with { Average = leads.Average(l => f.LogOdds(l.Facts)) })]);

        double Of(int column) => column < 0 ? 0 : weights[column];
    }

    private void AddNumber(string name, List<double> sorted, int leads, int least)
    {
        if (sorted.Count < least) return;
        var (low, high) = (sorted[0], sorted[(int)((sorted.Count - 1) * Percentile)]);
        var scaled = sorted.Select(n => NumberTerm.OnScale(Math.Clamp(n, low, high))).ToList();
        var mean = scaled.Average();
        var deviation = Math.Sqrt(scaled.Average(n => (n - mean) * (n - mean)));
        // What is the same for everybody tells nobody apart.
        if (deviation < 1e-9) return;
        var first = Width++;
        _columns.Add(new Column(name, new NumberTerm(0, low, high, mean, deviation), first, [], -1, leads - sorted.Count >= least ? Width++ : -1));
    }

    private void AddWords(string name, List<Fact> known, int leads, int least)
    {
        var counts = known.GroupBy(f => f.Word ?? "").Where(g => g.Key.Length > 0).Select(g => (Word: g.Key, Count: g.Count())).OrderByDescending(w => w.Count).ThenBy(w => w.Word, StringComparer.Ordinal).ToList();
        var frequent = counts.Where(w => w.Count >= least).Take(MostWords).ToList();
        var missing = leads - known.Count >= least;
        if (frequent.Count + (missing ? 1 : 0) < 2 && known.Count >= leads - least) return;
        var words = frequent.ToDictionary(w => w.Word, _ => Width++);
        var others = counts.Sum(w => w.Count) - frequent.Sum(w => w.Count);
        _columns.Add(new Column(name, null, -1, words, others >= least ? Width++ : -1, missing ? Width++ : -1));
    }

    private sealed record Column(string Name, NumberTerm? Number, int First, Dictionary<string, int> Words, int Other, int Missing);
}
