namespace Crm.Application.Abstractions;

/// <summary>A whole transaction for work that no command does: what follows the log, the queue or the clock.</summary>
public static class UnitOfWorkExtensions
{
    /// <summary>Opens the transaction, does the work, saves what it changed and commits; when anything of it fails, everything is undone and the failure goes on.</summary>
    public static async Task<T> TransactAsync<T>(this IUnitOfWork unit, Func<Task<T>> work, CancellationToken ct)
    {
        await unit.BeginAsync(ct);
        try
        {
            var result = await work();
            await unit.SaveAsync(ct);
            await unit.CommitAsync(ct);
            return result;
        }
        catch
        {
            await unit.RollbackAsync();
            throw;
        }
    }

    /// <summary>As the other, for work without a result.</summary>
    public static Task TransactAsync(this IUnitOfWork unit, Func<Task> work, CancellationToken ct) => unit.TransactAsync(async () =>
    {
        await work();
        return true;
    }, ct);
}
