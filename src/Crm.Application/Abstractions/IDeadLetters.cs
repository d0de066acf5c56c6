namespace Crm.Application.Abstractions;

/// <summary>The deliveries that were given up.</summary>
public interface IDeadLetters
{
    /// <summary>Makes one of the tenant's dead letters due at once, with all its tries before it. When that is, or null when there is none of this id.</summary>
    Task<DateTimeOffset?> ReviveAsync(Guid id, CancellationToken ct);
}
