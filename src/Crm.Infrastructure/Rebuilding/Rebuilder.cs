using Crm.Application.Resources;
using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Verification;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>
/// Makes what is kept beside records what it should be: read models are computed anew from the records, and only what differs is written. With the service's own login, tenant by
/// tenant, a few hundred records at a time; the service may run meanwhile, and what it writes is not lost.
/// </summary>
public static class Rebuilder
{
    /// <summary>Prints a line for each read model; true when nothing is left that could not be mended.</summary>
    /// <param name="tenant">The only tenant, or null for all.</param>
    /// <param name="keeps">False to find out what would be mended, and change nothing.</param>
    /// <exception cref="StartupException">The database does not answer, or is of another version of this program; there is no such tenant.</exception>
    public static async Task<bool> RunAsync(string appConnectionString, Guid? tenant, bool keeps, Action<string> print, CancellationToken ct)
    {
        await DatabaseRules.RefuseUnsafeAsync(appConnectionString, ct);
        if ((await SchemaChecks.MigrationsAsync(appConnectionString, ct)).Wrong > 0) throw new StartupException("The schema is not the one of this program: see ./run migrate status.");
        await using var parts = new ServiceCollection().AddResources().BuildServiceProvider();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(appConnectionString) { MaxPoolSize = 2, CommandTimeout = 0 }.ConnectionString);
        var tenants = await TenantsAsync(source, tenant, ct);
        var left = 0L;
        foreach (var model in new ReadModels(parts.GetRequiredService<ResourceCatalog>()).All)
        {
            var report = new RebuildReport(model.Name, keeps);
            foreach (var one in tenants) await MendAsync(model, new Mending(source, one, keeps, report), ct);
            foreach (var line in report.Lines()) print(line);
            left += report.LeftCount;
        }
        return left == 0;
    }

    private static async Task MendAsync(IReadModel model, Mending mending, CancellationToken ct)
    {
        try
        {
            await model.MendAsync(mending, ct);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            // The records themselves are wrong: that must not keep the other tenants from being mended.
            mending.Report.Left($"tenant {mending.TenantId}: {e.SqlState} {e.ConstraintName}");
        }
    }

    private static async Task<IReadOnlyList<Guid>> TenantsAsync(NpgsqlDataSource source, Guid? only, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var found = (await connection.QueryAsync<Guid>(new CommandDefinition("select id from crm.tenants where @only::uuid is null or id = @only order by id", new { only }, cancellationToken: ct))).AsList();
        return only is { } one && found.Count == 0 ? throw new StartupException($"There is no tenant {one}.") : found;
    }
}
