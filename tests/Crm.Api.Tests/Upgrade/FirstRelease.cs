using Crm.Api.Tests.Postgres;
using Crm.Infrastructure.Persistence.Migrations;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Upgrade;

/// <summary>A database as the first release leaves it: its schema, with data of every kind that it wrote itself.</summary>
internal static class FirstRelease
{
    internal const string Migration = "20261120000001_core";
    internal const string Password = "First-release-1";

    internal static async Task<(string Owner, string App)> MakeAsync(ThrowAwayCluster server)
    {
        var (owner, app) = await server.NewDatabaseAsync();
        await using (var context = new MigrationContext(owner, typeof(Migrator).Assembly)) await context.GetService<IMigrator>().MigrateAsync(Migration);
        await ExecuteAsync(owner, """grant select on public."__EFMigrationsHistory" to crm_app""");

        var superuser = In(server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!);
        await using var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var fill = new NpgsqlCommand(Data(), connection, transaction);
            await fill.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        // The transactions that wrote it are history in the field; this cluster is young, and may not have got that far.
        await using var advance = new NpgsqlCommand("select pg_current_xact_id()::text::bigint <= (select max(xid) from crm.events)", connection);
        while ((bool)(await advance.ExecuteScalarAsync())!) { }
        return (owner, app);
    }

    private static string Data()
    {
        using var stream = typeof(FirstRelease).Assembly.GetManifestResourceStream("first-release.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
