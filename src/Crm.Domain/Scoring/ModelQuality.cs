namespace Crm.Domain.Scoring;

/// <summary>How good predictions were, on leads that the model was not fitted on.</summary>
/// <param name="Leads">How many leads were held out.</param>
/// <param name="Won">How many of them were converted.</param>
/// <param name="Auc">
/// The area under the ROC curve, 0–1: how often a converted lead had a higher probability than a lost one, ties by half (Hanley and McNeil, 1982). 0.5 is chance.
/// </param>
/// <param name="BrierScore">The mean squared difference between probability and outcome, 0–1; less is better (Brier, 1950).</param>
/// <param name="CalibrationError">The mean distance between predicted and observed rate over the bins, weighted by their size, 0–1.</param>
/// <param name="Calibration">Leads in ten bins of equal size by their probability.</param>
public sealed record ModelQuality(int Leads, int Won, double Auc, double BrierScore, double CalibrationError, IReadOnlyList<CalibrationBin> Calibration)
{
    private const int Bins = 10;

    /// <summary>Compares predictions with outcomes; null unless there are both converted and lost leads.</summary>
    public static ModelQuality? Of(IReadOnlyList<(double Probability, bool Won)> predictions)
    {
        var won = predictions.Count(p => p.Won);
        if (won == 0 || won == predictions.Count) return null;
        var sorted = predictions.OrderBy(p => p.Probability).ToList();
        var bins = Enumerable.Range(0, Math.Min(Bins, sorted.Count)).Select(b => Bin(sorted, b, Math.Min(Bins, sorted.Count))).ToList();
        return new ModelQuality(predictions.Count, won, AreaUnderCurve(sorted, won), predictions.Average(p => Square(p.Probability - (p.Won ? 1 : 0))),
            bins.Sum(b => b.Leads * Math.Abs(b.Predicted - b.Observed)) / predictions.Count, bins);
    }

    /// <summary>The Mann–Whitney statistic from ranks; equal probabilities share the mean of their ranks.</summary>
    private static double AreaUnderCurve(List<(double Probability, bool Won)> sorted, int won)
    {
        double ranks = 0;
        for (int start = 0, end; start < sorted.Count; start = end)
        {
            for (end = start + 1; end < sorted.Count && sorted[end].Probability == sorted[start].Probability; end++) { }
            var rank = (start + 1 + end) / 2.0;
            for (var i = start; i < end; i++)
                if (sorted[i].Won) ranks += rank;
        }
        return (ranks - won * (won + 1) / 2.0) / ((double)won * (sorted.Count - won));
    }

    private static CalibrationBin Bin(List<(double Probability, bool Won)> sorted, int number, int of)
    {
        var (from, to) = ((int)((long)sorted.Count * number / of), (int)((long)sorted.Count * (number + 1) / of));
        var those = sorted[from..to];
        return new CalibrationBin(those.Count, those.Average(p => p.Probability), those.Count(p => p.Won) / (double)those.Count);
    }

    private static double Square(double x) => x * x;
}

/// <summary>Some leads of about the same probability.</summary>
/// <param name="Leads">How many.</param>
/// <param name="Predicted">Their mean probability, 0–1.</param>
/// <param name="Observed">The part of them that was converted, 0–1.</param>
public sealed record CalibrationBin(int Leads, double Predicted, double Observed);
