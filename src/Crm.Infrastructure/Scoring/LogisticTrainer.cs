using Crm.Application.Abstractions;
using Crm.Domain.Scoring;
using MathNet.Numerics.LinearAlgebra;

namespace Crm.Infrastructure.Scoring;

/// <summary>
/// Logistic regression with a penalty on large weights (ridge), fitted by Newton's method (iteratively reweighted least squares: Hastie, Tibshirani and Friedman,
/// The Elements of Statistical Learning, 2nd ed., §4.4.1). The penalty keeps the problem convex and its matrix invertible, whatever the columns are.
/// </summary>
internal sealed class LogisticTrainer : IModelTrainer, IDisposable
{
    // It takes a whole processor: a second one waits, so that requests go on.
    private readonly SemaphoreSlim _one = new(1);

    private const double Penalty = 1.0, Tolerance = 1e-6;
    private const int Steps = 50;

    public async Task<ScoringModel> FitAsync(IReadOnlyList<PastLead> leads, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            return await Task.Run(() => Fit(leads, ct), ct);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    internal static ScoringModel Fit(IReadOnlyList<PastLead> leads, CancellationToken ct)
    {
        var table = FeatureTable.Of(leads);
        var rows = leads.Select(lead =>
        {
            // The last column is the intercept.
            var row = new List<(int Column, double Value)>();
            table.Write(lead.Facts, row);
            row.Add((table.Width, 1));
            return (Columns: row, Outcome: lead.Won ? 1.0 : 0.0);
        }).ToList();
        var weights = Vector<double>.Build.Dense(table.Width + 1);
        for (var step = 0; step < Steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            var (gradient, curvature) = Derivatives(rows, weights);
            var move = curvature.Cholesky().Solve(gradient);
            weights += move;
            if (move.AbsoluteMaximum() < Tolerance) break;
        }
        return table.Model(weights[table.Width], [.. weights.Take(table.Width)], leads);
    }

    /// <summary>Of the penalized log-likelihood: its gradient, and the negative of its second derivatives.</summary>
    private static (Vector<double> Gradient, Matrix<double> Curvature) Derivatives(List<(List<(int Column, double Value)> Columns, double Outcome)> rows, Vector<double> weights)
    {
        var width = weights.Count;
        var (gradient, curvature) = (Vector<double>.Build.Dense(width), new double[width, width]);
        foreach (var (columns, outcome) in rows)
        {
            var p = ScoringModel.Logistic(columns.Sum(c => weights[c.Column] * c.Value));
            var (missed, weight) = (outcome - p, Math.Max(p * (1 - p), 1e-9));
            foreach (var (i, x) in columns)
            {
                gradient[i] += missed * x;
                foreach (var (j, y) in columns) curvature[i, j] += weight * x * y;
            }
        }
        // Everything but the intercept, which says how common a conversion is.
        for (var i = 0; i < width - 1; i++)
        {
            gradient[i] -= Penalty * weights[i];
            curvature[i, i] += Penalty;
        }
        curvature[width - 1, width - 1] += 1e-9;
        return (gradient, Matrix<double>.Build.DenseOfArray(curvature));
    }
}
