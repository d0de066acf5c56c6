using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// Statements on the global tables, which are needed before a tenant is known. On the command's transaction where there is one, so
/// that a user and his tenant come to be together; else each is a transaction of its own.
/// </summary>
internal sealed class GlobalDb(TenantSession session)
{
    /// <summary>True inside a command.</summary>
    public bool InTransaction => session.Transaction is not null;

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken ct) => session.Transaction is null
        ? AloneAsync<T>(sql, parameters, ct)
        : GuardAsync(async () => (IReadOnlyList<T>)(await session.Connection.QueryAsync<T>(new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct))).AsList());

    /// <summary>
    /// Statements on a tenant's tables, before there is a caller. The user is held meanwhile: who ends all his sessions waits, and sees what was made.
    /// </summary>
    public Task<IReadOnlyList<T>> AsTenantAsync<T>(Guid tenantId, Guid userId, string sql, object parameters, CancellationToken ct)
    {
        var all = new DynamicParameters(parameters);
        all.AddDynamicParams(new { TenantText = tenantId.ToString(), TenantId = tenantId, UserId = userId });
        return AfterAsync<T>(TenantSession.SetTenantAndHoldUser, sql, all, ct);
    }

    /// <summary>Statements after the one of <see cref="TenantSession"/> that sets the tenant, sent with it.</summary>
    public Task<IReadOnlyList<T>> AfterAsync<T>(string setTenant, string sql, object parameters, CancellationToken ct) => GuardAsync(async () =>
    {
        await using var own = session.Transaction is null ? await session.Source.OpenConnectionAsync(ct) : null;
        await using var grid = await (own ?? session.Connection).QueryMultipleAsync(new CommandDefinition(setTenant + sql, parameters, session.Transaction, cancellationToken: ct));
        await grid.ReadAsync();
        return (IReadOnlyList<T>)(grid.IsConsumed ? [] : (await grid.ReadAsync<T>()).AsList());
    });

    /// <summary>In a transaction of its own, whatever becomes of the command's.</summary>
    public Task<IReadOnlyList<T>> AloneAsync<T>(string sql, object parameters, CancellationToken ct) => GuardAsync(async () =>
    {
        await using var connection = await session.Source.OpenConnectionAsync(ct);
        return (IReadOnlyList<T>)(await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct))).AsList();
    });

    private static async Task<T> GuardAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }
}
