using System.Data;
using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Infrastructure.Files;
using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Rebuilding;
using Crm.Infrastructure.Subscriptions;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Crm.Infrastructure.Verification;

/// <summary>
/// Compares what the service keeps in two forms: records and their log, the schema and its migrations, files and their content, derived figures
/// and what they are derived from. It reads only, with the service's own login, tenant by tenant, each look at one moment; the service may run meanwhile.
/// </summary>
public static class Verifier
{
    /// <summary>Prints a line for each check and for what is wrong; true when nothing is. The configuration names the store of files.</summary>
    /// <exception cref="StartupException">The database does not answer, or cannot be looked at; a setting of the store is wrong.</exception>
    public static async Task<bool> RunAsync(string appConnectionString, IConfiguration configuration, Action<string> print, CancellationToken ct)
    {
        await using var parts = Parts(configuration);
        var resources = parts.GetRequiredService<ResourceCatalog>();
        IReadOnlyList<ITenantCheck> checks = [new RecordsCheck(), .. LogChecks.All, new CustomFieldsCheck(), new TagCountsCheck(resources), new StockCheck(), .. ReceivablesChecks.All, .. PlanSettingsReader.Read(configuration).Enabled ? [new PlanUsageCheck(resources)] : Array.Empty<ITenantCheck>(), .. new ReadModels(resources).Checks, new FilesCheck(parts.GetRequiredService<IFileStore>())];
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
        var reports = checks.ToDictionary(check => check, check => new CheckReport(check.Name));
        foreach (var tenant in await TenantsAsync(source, ct))
            foreach (var (check, report) in reports) await RunAsync(check, report, source, tenant, ct);

        foreach (var check in checks) Print(reports[check]);
        return wrong == 0;
    }

    /// <summary>What the checks need of the service. It logs nothing: what is wrong is in the report.</summary>
    private static ServiceProvider Parts(IConfiguration configuration) => new ServiceCollection()
        .AddSingleton(configuration).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddResources().AddFileStore(FileSettings.Read(configuration)).BuildServiceProvider();

    private static async Task RunAsync(ITenantCheck check, CheckReport report, NpgsqlDataSource source, Guid tenant, CancellationToken ct)
    {
        try
        {
            await using var rows = await TenantRows.OpenAsync(source, tenant, IsolationLevel.RepeatableRead, ct);
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
