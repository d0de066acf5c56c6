using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Dapper;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>Finds the record that stands in the way of a unique value, if the caller may see it. Reads beside the failed transaction.</summary>
internal sealed class DuplicateFinder(NpgsqlDataSource source, ResourceCatalog resources, IRequestContext context)
{
    public async Task<Guid?> FindAsync(PostgresException error, IReadOnlyList<EntityEntry> entries, CancellationToken ct)
    {
        if (error.TableName is not { } table || PostgresErrors.Constraint(error) is not { } constraint) return null;
        var entry = entries.FirstOrDefault(e => e.Entity is AggregateRoot && AggregateMapping.Table(e.Metadata.ClrType) == table);
        if (entry is null || resources.FindBy(entry.Metadata.ClrType) is not { } resource) return null;
        var column = constraint.Name[(table.Length + 1)..];
        var member = resource.Fields.FirstOrDefault(f => f.Column == column);
        if (member is null || entry.Metadata.FindComplexProperty("Details")?.ComplexType.GetProperties().FirstOrDefault(p => Resource.Snake(p.Name) == column) is not { } property) return null;
        var details = entry.ComplexProperty("Details");
        var value = details.Property(property.Name).CurrentValue;
        var parameters = new Dictionary<string, object?> { ["Value"] = value is EmailAddress email ? email.Value : value };
        var within = "";
        foreach (var scope in resource.UniqueWithin)
        {
            within += $" and t.{Resource.Snake(scope)} = @{scope}";
            parameters[scope] = details.Property(char.ToUpperInvariant(scope[0]) + scope[1..]).CurrentValue;
        }
        var sql = $"select t.id from crm_read.{table} t where {RecordScope.Of(resource, context.Caller, parameters, false)} and t.{column} = @Value{within} limit 1";
        var all = new DynamicParameters(parameters);
        all.Add("TenantId", context.Caller.TenantId);
        all.Add("TenantText", context.Caller.TenantId.ToString());
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(TenantSession.SetTenant + sql, all, cancellationToken: ct));
        await grid.ReadAsync<string>();
        return (await grid.ReadAsync<Guid?>()).FirstOrDefault();
    }
}
