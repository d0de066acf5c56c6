using System.Diagnostics;
using System.Globalization;
using Crm.Api.Tests.Fixture;
using Crm.Domain.Scoring;
using Crm.Infrastructure.Scoring;

namespace Crm.Api.Tests.Scoring;

/// <summary>Models are fitted to what is in the data, and judged on leads they have not seen.</summary>
public sealed class ModelTests
{
    // Set by the salesperson when the outcome was known or nearly so, or by what the lead did up to the end: they tell the outcome, they do not foretell it.
    private static readonly string[] Afterwards = ["Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity"];
    private static readonly string[] Names = ["Prospect ID", "Lead Number", "Converted"];

    [Fact]
    public void A_model_of_real_leads_tells_those_who_convert_from_those_who_do_not()
    {
        if (SharedData.Find("leads/lead-scoring.csv") is not { } path) return;
        var leads = Read(path);
        leads.Count.ShouldBe(9_240);
        leads.Count(l => l.Won).ShouldBe(3_561);
        var watch = Stopwatch.StartNew();
        var model = LogisticTrainer.Fit([.. leads.Where(l => !HoldOut.Has(l.Id))], TestContext.Current.CancellationToken);
        var took = watch.Elapsed;
        var heldOut = leads.Where(l => HoldOut.Has(l.Id)).ToList();
        (heldOut.Count / 9_240.0).ShouldBeInRange(0.28, 0.32);
        var quality = ModelQuality.Of([.. heldOut.Select(l => (model.Probability(l.Facts), l.Won))])!;
        TestContext.Current.TestOutputHelper?.WriteLine($"held out {quality.Leads}, AUC {quality.Auc:N4}, Brier {quality.BrierScore:N4}, calibration error {quality.CalibrationError:N4}, fitted in {took.TotalMilliseconds:N0} ms; left out: {string.Join(", ", Afterwards)}");
        quality.Auc.ShouldBeGreaterThanOrEqualTo(0.85);
        quality.CalibrationError.ShouldBeLessThanOrEqualTo(0.05);
    }

    [Fact]
    public void A_model_finds_the_rule_that_made_the_data_and_names_what_speaks_for_a_lead()
    {
        var random = new Random(7);
        var leads = Enumerable.Range(0, 6_000).Select(_ =>
        {
            var (referred, size, noise) = (random.NextDouble() < 0.3, random.Next(1, 1_000), random.Next(5));
            var odds = -2 + (referred ? 2.5 : 0) + 0.5 * (Math.Log(1 + size) - 5.5);
            var facts = new Facts().Add("source", referred ? "REFERRAL" : "WEBSITE").Add("size", size).Add("noise", $"n{noise}");
            return new PastLead(Guid.NewGuid(), facts, random.NextDouble() < ScoringModel.Logistic(odds));
        }).ToList();
        var model = LogisticTrainer.Fit(leads, TestContext.Current.CancellationToken);
        var referral = new Facts().Add("source", "REFERRAL").Add("size", 500).Add("noise", "n1");
        model.Probability(referral).ShouldBe(ScoringModel.Logistic(-2 + 2.5 + 0.5 * (Math.Log(501) - 5.5)), 0.06);
        var factors = model.Explain(referral);
        factors[0].ShouldSatisfyAllConditions(f => f.Feature.ShouldBe("source"), f => f.Value.ShouldBe("REFERRAL"), f => f.LogOdds.ShouldBeGreaterThan(1));
        factors[^1].Feature.ShouldBe("noise");
        Math.Abs(factors[^1].LogOdds).ShouldBeLessThan(0.3);
        // What nobody had when it was fitted does no harm.
        model.Probability(new Facts().Add("source", "CARRIER PIGEON")).ShouldBeInRange(0, 1);
        model.Probability(new Facts()).ShouldBeInRange(0, 1);
    }

    [Fact]
    public void What_tells_nobody_apart_is_no_feature_and_the_same_leads_make_the_same_model()
    {
        var leads = Enumerable.Range(0, 400).Select(i => new PastLead(new Guid(i, 0, 0, new byte[8]), new Facts().Add("same", "ALWAYS").Add("constant", 3).Add("part", i % 2 == 0 ? "A" : "B"), i % 2 == 0)).ToList();
        var model = LogisticTrainer.Fit(leads, TestContext.Current.CancellationToken);
        model.Features.Select(f => f.Name).ShouldBe(["part"]);
        var again = LogisticTrainer.Fit(leads, TestContext.Current.CancellationToken);
        again.Probability(leads[0].Facts).ShouldBe(model.Probability(leads[0].Facts));
        // A perfect rule has no end without the penalty.
        model.Probability(leads[0].Facts).ShouldBeInRange(0.9, 0.9999);
    }

    private static List<PastLead> Read(string path)
    {
        var lines = File.ReadAllLines(path).Select(Repaired).ToList();
        var header = Cells(lines[0]);
        return [.. lines.Skip(1).Select(line =>
        {
            var cells = Cells(line);
            var facts = new Facts();
            for (var i = 0; i < header.Count && i < cells.Count; i++)
            {
                // "Select" is what the form shows before anything is chosen.
                if (Afterwards.Contains(header[i]) || Names.Contains(header[i]) || cells[i] is "" or "Select") continue;
                if (double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) facts.Add(header[i], number);
                else facts.Add(header[i], cells[i]);
            }
            return new PastLead(Guid.Parse(cells[0]), facts, cells[header.IndexOf("Converted")] == "1");
        })];
    }

    /// <summary>Some lines are one quoted field with the line in it.</summary>
    private static string Repaired(string line) => line.StartsWith('"') && line.EndsWith('"') ? line[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : line;

    private static List<string> Cells(string line)
    {
        var (cells, cell, quoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        foreach (var c in line)
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        cells.Add(cell.ToString());
        return cells;
    }
}
