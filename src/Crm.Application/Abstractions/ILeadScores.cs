namespace Crm.Application.Abstractions;

/// <summary>Computed scores, which stand beside the leads and raise no version.</summary>
public interface ILeadScores
{
    /// <summary>Keeps these in the open transaction; null = nobody computes it. Those of converted leads stay as they are.</summary>
    Task StoreAsync(IReadOnlyCollection<(Guid LeadId, int? Score)> scores, CancellationToken ct);

    /// <summary>The next living, unconverted leads in the order of their ids, each with its last state in the log: an event's <c>data</c>.</summary>
    Task<IReadOnlyList<(Guid LeadId, string Data)>> NextAsync(Guid after, int take, CancellationToken ct);
}
