using Crm.Domain.Scoring;

namespace Crm.Application.Abstractions;

/// <summary>Fits models to leads of the past.</summary>
public interface IModelTrainer
{
    /// <summary>Fits one to leads of both outcomes, one fit at a time. The same leads always make the same model.</summary>
    Task<ScoringModel> FitAsync(IReadOnlyList<PastLead> leads, CancellationToken ct);
}
