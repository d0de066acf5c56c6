using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Behaviors;

/// <summary>Runs parts of a command that may be refused without failing the whole: a batch goes on with its next operation.</summary>
public sealed class CommandParts(IUnitOfWork unit)
{
    /// <summary>Runs the part and saves it, or undoes it and answers the refusal. A database that is down fails the whole command.</summary>
    public async Task<CrmException?> TryAsync(Func<Task> part, CancellationToken ct)
    {
        await unit.SavepointAsync(ct);
        try
        {
            await part();
            await unit.SaveAsync(ct);
            await unit.ReleaseAsync(ct);
            return null;
        }
        catch (CrmException refusal) when (refusal.Kind != ErrorKind.Unavailable)
        {
            await unit.RollbackToSavepointAsync();
            return refusal;
        }
    }
}
