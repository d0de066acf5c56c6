using Crm.Api.Tests.Postgres;
using Crm.Infrastructure.Persistence.Migrations;
using Npgsql;

namespace Crm.Api.Tests.Schema;

[CollectionDefinition(nameof(SchemaCollection))]
public sealed class SchemaCollection : ICollectionFixture<SchemaFixture>;

/// <summary>A migrated database with two tenants, of which the first has a row in every tenant table.</summary>
public sealed class SchemaFixture : IAsyncLifetime
{
    internal static readonly Guid Tenant = new("00000000-0000-7000-8000-00000000000a");
    internal static readonly Guid OtherTenant = new("00000000-0000-7000-8000-00000000000b");

    private readonly Lazy<Task<(string App, string Superuser)>> _many, _trade;
    private ThrowAwayCluster _server = null!;

    public SchemaFixture() => (_many, _trade) = (new(() => WithAsync(SchemaSeed.Leads.Split(";\n"))), new(() => WithAsync(CommerceSeed.Rows, CommerceSeed.Known)));

    /// <summary>The application's login.</summary>
    internal string App { get; private set; } = null!;

    /// <summary>A login that sees and may do everything: for catalogue queries and seeds.</summary>
    internal string Superuser { get; private set; } = null!;

    /// <summary>The tables of the schema that hold the rows of tenants, by the catalogue.</summary>
    internal IReadOnlyList<string> TablesWithTenant { get; private set; } = null!;

    /// <summary>Another database, with <see cref="SchemaSeed.Leads"/>: the same two logins.</summary>
    internal Task<(string App, string Superuser)> ManyLeads => _many.Value;

    /// <summary>Another database, with <see cref="CommerceSeed.Rows"/>: the same two logins.</summary>
    internal Task<(string App, string Superuser)> MuchTrade => _trade.Value;

    public async ValueTask InitializeAsync()
    {
        _server = await ThrowAwayCluster.StartAsync();
        (App, Superuser) = await MigratedAsync();
        await RowsAsync(Superuser, SchemaSeed.OneOfEach);
        TablesWithTenant = await RowsAsync(Superuser, "select relname from pg_class where relnamespace = 'crm'::regnamespace and relrowsecurity order by 1");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Runs the statements as the application, in one transaction of a tenant (of none, if null), and returns the last one's rows.</summary>
    internal Task<IReadOnlyList<string>> AsTenantAsync(Guid? tenant, string sql) =>
        RowsAsync(App, $"begin; select set_config('app.tenant_id', '{tenant}', true); {sql}; commit");

    private async Task<(string App, string Superuser)> MigratedAsync()
    {
        var (owner, app) = await _server.NewDatabaseAsync();
        await new Migrator(owner).UpAsync();
        return (app, ThrowAwayCluster.In(_server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(app).Database!));
    }

    private async Task<(string App, string Superuser)> WithAsync(params string[] seed)
    {
        var database = await MigratedAsync();
        foreach (var statement in seed) await RowsAsync(database.Superuser, statement);
        return database;
    }

    /// <summary>The rows of the last statement that has any columns, their values joined by a space.</summary>
    internal static async Task<IReadOnlyList<string>> RowsAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        do
        {
            if (reader.FieldCount == 0) continue;
            rows.Clear();
            while (await reader.ReadAsync())
                rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetValue(i).ToString())));
        }
        while (await reader.NextResultAsync());
        return rows;
    }
}
