using Crm.Infrastructure.Persistence.Migrations;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Verification;

/// <summary>The schema is the one that this program's migrations make, unchanged since.</summary>
internal static class SchemaChecks
{
    private const string Objects = $"""
        select coalesce(now.kind, kept.kind) || ' ' || coalesce(now.name, kept.name) || case
          when now.name is null then ' is missing' when kept.name is null then ' was made by somebody else'
          else ' was changed: it was "' || kept.definition || '" and is "' || now.definition || '"' end
        from ({SchemaObjects.Sql}) as now full join crm.schema_objects kept on kept.kind = now.kind and kept.name = now.name
        where now.definition is distinct from kept.definition
        order by 1
        """;

    /// <summary>Which migrations are missing or unknown.</summary>
    internal static async Task<CheckReport> MigrationsAsync(string app, CancellationToken ct)
    {
        var report = new CheckReport("every migration of this program is applied, and no other");
        var migrator = new Migrator(app);
        foreach (var (id, applied) in await migrator.StatusAsync(ct))
        {
            report.Look();
            if (!applied) report.Note($"{id} is not applied: run ./run migrate up");
            else if (!migrator.KnownIds.Contains(id)) report.Note($"{id} is a newer program's");
        }

        return report;
    }

    /// <summary>What was changed by hand since the last migration.</summary>
    internal static async Task<CheckReport> ObjectsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var report = new CheckReport("every table, column, key, index, policy, view, function and right is as the migrations left it");
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync($"select {SchemaObjects.FullNames}", transaction: transaction);
        report.Look(await connection.ExecuteScalarAsync<long>("select count(*) from crm.schema_objects", transaction: transaction));
        foreach (var what in await connection.QueryAsync<string>(new CommandDefinition(Objects, transaction: transaction, cancellationToken: ct))) report.Note(what);
        return report;
    }

    /// <summary>The rules that keep tenants apart, whoever made the tables.</summary>
    internal static async Task<CheckReport> RulesAsync(TableRule rule, NpgsqlDataSource source, CancellationToken ct)
    {
        var report = new CheckReport(char.ToLowerInvariant(rule.Name[0]) + rule.Name[1..]);
        await using var connection = await source.OpenConnectionAsync(ct);
        report.Look(await connection.ExecuteScalarAsync<long>("select count(*) from pg_class where relnamespace = 'crm'::regnamespace and relkind in ('r', 'p')"));
        foreach (var what in await connection.QueryAsync<string>(new CommandDefinition(rule.Sql, cancellationToken: ct))) report.Note(what);
        return report;
    }
}
