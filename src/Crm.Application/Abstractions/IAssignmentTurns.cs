namespace Crm.Application.Abstractions;

/// <summary>Whose turn it is, in the open transaction: of two who ask at once the second waits for the first.</summary>
public interface IAssignmentTurns
{
    /// <summary>Who was last in this slot of a rule, held until the transaction ends; null when nobody was.</summary>
    Task<Guid?> HoldAsync(Guid ruleId, int slot, CancellationToken ct);

    /// <summary>Says who is last now.</summary>
    Task MoveAsync(Guid ruleId, int slot, Guid userId, CancellationToken ct);

    /// <summary>Holds the counting of a resource's records until the transaction ends: whoever counts next sees what was given away here.</summary>
    Task HoldLoadsAsync(string resource, CancellationToken ct);
}
