using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>EF Core's migration machinery without a model: the schema is written in SQL, and nothing of the service is needed to migrate.</summary>
internal sealed class MigrationContext(string connectionString, Assembly migrations) : DbContext
{
    internal const string HistoryTable = "__EFMigrationsHistory";
    internal const string HistorySchema = "public";

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options
        .UseNpgsql(connectionString, npgsql => npgsql
            .MigrationsAssembly(migrations)
            .MigrationsHistoryTable(HistoryTable, HistorySchema)
            .CommandTimeout((int)TimeSpan.FromHours(1).TotalSeconds))
        // There is no model snapshot to compare with; a test compares the service's model with the migrated schema.
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
}
