namespace Crm.Application.Abstractions;

/// <summary>Computed scores, which stand beside the leads and raise no version.</summary>
public interface ILeadScores
{
    /// <summary>Of these leads, those that live and have not been converted, held until the transaction ends.</summary>
    /// <param name="ids">The leads.</param>
    /// <param name="evenIfOff">False to hold none where leads are scored by nothing.</param>
    Task<IReadOnlyList<Guid>> HoldAsync(IReadOnlyCollection<Guid> ids, bool evenIfOff, CancellationToken ct);

    /// <summary>Keeps these in the open transaction; null = nobody computes it. The leads are held.</summary>
    Task StoreAsync(IReadOnlyCollection<(Guid LeadId, int? Score)> scores, CancellationToken ct);

    /// <summary>The next living, unconverted leads in the order of their ids.</summary>
    Task<IReadOnlyList<Guid>> NextAsync(Guid after, int take, CancellationToken ct);

    /// <summary>The leads that these activities are, or ever were, linked to.</summary>
    Task<IReadOnlyList<Guid>> LinkedAsync(IReadOnlyCollection<Guid> activities, CancellationToken ct);
}
