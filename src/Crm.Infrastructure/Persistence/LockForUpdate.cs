using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Crm.Infrastructure.Persistence;

/// <summary>Turns a tagged query into SELECT … FOR UPDATE: commands change only what they hold.</summary>
internal sealed class LockForUpdate : DbCommandInterceptor
{
    private const string Tag = "lock for update";

    public static IQueryable<T> Locked<T>(IQueryable<T> query) => query.TagWith(Tag);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData,
        InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith("-- " + Tag, StringComparison.Ordinal)) command.CommandText += "\nFOR UPDATE";
        return new(result);
    }
}
