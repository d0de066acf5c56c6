using Crm.Domain.Scoring;

namespace Crm.Application.Abstractions;

/// <summary>Fits models to leads of the past.</summary>
public interface IModelTrainer
{
    /// <summary>Fits one to leads of both outcomes. The same leads always make the same model.</summary>
    ScoringModel Fit(IReadOnlyList<PastLead> leads, CancellationToken ct);
}
