namespace Crm.Application.Abstractions;

/// <summary>The deliveries that were given up.</summary>
public interface IDeadLetters
{
    /// <summary>Makes one of the tenant's dead letters due again, with all its tries before it; false when there is none of this id.</summary>
    Task<bool> ReviveAsync(Guid id, DateTimeOffset dueAt, CancellationToken ct);
}
