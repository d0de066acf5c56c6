using System.Text.Json;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>The database of a service that keeps its own, by the service's login: for what HTTP cannot show.</summary>
internal static class ServiceDatabase
{
    public static async Task<string> DatabaseAsync(this ServiceProcess service)
    {
        using var passwords = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(service.Folder, "postgres.passwords")));
        var port = (await File.ReadAllLinesAsync(Path.Combine(service.Cluster, "postmaster.pid")))[3];
        return $"Host=127.0.0.1;Port={port};Database=crm;Username=crm_app;Password={passwords.RootElement.GetProperty("App").GetString()};Pooling=false";
    }

    /// <summary>An open connection that sees what is a tenant's.</summary>
    public static async Task<NpgsqlConnection> ConnectionAsync(this ServiceProcess service, Guid tenantId)
    {
        var connection = new NpgsqlConnection(await service.DatabaseAsync());
        await connection.OpenAsync();
        await connection.ExecuteAsync("select set_config('app.tenant_id', @id, false)", new { id = tenantId.ToString() });
        return connection;
    }
}
