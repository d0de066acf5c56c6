using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Verification;

/// <summary>
/// Compares what the service keeps in two forms: records and their log, the schema and its migrations, derived figures and what they are
/// derived from. It reads only, with the service's own login, tenant by tenant, each look at one moment; the service may run meanwhile.
/// </summary>
public static class Verifier
{
    private static readonly IReadOnlyList<ITenantCheck> TenantChecks = [new RecordsCheck(), .. LogChecks.All];

    /// <summary>Prints a line for each check and for what is wrong; true when nothing is.</summary>
    /// <exception cref="StartupException">The database does not answer, or cannot be looked at.</exception>
    public static async Task<bool> RunAsync(string appConnectionString, Action<string> print, CancellationToken ct)
    {
        await DatabaseRules.RefuseUnsafeAsync(appConnectionString, ct);
        var wrong = 0L;
        bool Print(CheckReport report)
        {
            foreach (var line in report.Lines()) print(line);
            wrong += report.Wrong;
            return report.Wrong == 0;
        }

        // On another schema the rest would only find that it is another.
        if (!Print(await SchemaChecks.MigrationsAsync(appConnectionString, ct))) return false;
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(appConnectionString) { MaxPoolSize = 2, CommandTimeout = 0 }.ConnectionString);
        Print(await SchemaChecks.ObjectsAsync(source, ct));
        foreach (var rule in TableRules.All) Print(await SchemaChecks.RulesAsync(rule, source, ct));
        var reports = TenantChecks.ToDictionary(check => check, check => new CheckReport(check.Name));
        foreach (var tenant in await TenantsAsync(source, ct))
            foreach (var (check, report) in reports) await RunAsync(check, report, source, tenant, ct);

        foreach (var check in TenantChecks) Print(reports[check]);
        return wrong == 0;
    }

    private static async Task RunAsync(ITenantCheck check, CheckReport report, NpgsqlDataSource source, Guid tenant, CancellationToken ct)
    {
        try
        {
            await using var rows = await TenantRows.OpenAsync(source, tenant, ct);
            await check.RunAsync(rows, report, ct);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("42", StringComparison.Ordinal))
        {
            // Something is missing that the schema's checks have named: that must not keep the others from being made.
            report.Note($"tenant {tenant} could not be looked at: {e.SqlState}: {e.MessageText}");
        }
    }

    private static async Task<IReadOnlyList<Guid>> TenantsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<Guid>(new CommandDefinition("select id from crm.tenants order by id", cancellationToken: ct))).AsList();
    }
}
