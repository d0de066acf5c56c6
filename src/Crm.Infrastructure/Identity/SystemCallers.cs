using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Identity;
using Crm.Domain.Tenants;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Identity;

/// <summary>The service as the one who acts for a tenant, with that tenant's settings and fields: one round trip, kept for 10 s.</summary>
internal sealed class SystemCallers(NpgsqlDataSource source, ICache cache) : ISystemCallers
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    private const string Sql = TenantSession.SetTenant + $"""
        select t.status, s.name, s.currency, s.country, s.language, s.time_zone as TimeZone, s.record_visibility as RecordVisibility, s.welcome_email as WelcomeEmail,
               coalesce({CustomFieldReader.Stamp}, 0)::bigint as CustomFields
        from crm_read.tenant_settings s join crm.tenants t on t.id = s.tenant_id where s.tenant_id = @TenantId and s.id = @TenantId
        """;

    public async ValueTask<Caller?> FindAsync(Guid tenantId, CancellationToken ct)
    {
        var (caller, isSuspended) = await StandingAsync(tenantId, ct);
        return isSuspended ? throw IdentityErrors.TenantSuspended() : caller;
    }

    /// <summary>True when nothing is done for the tenant for now.</summary>
    public async ValueTask<bool> IsSuspendedAsync(Guid tenantId, CancellationToken ct) => (await StandingAsync(tenantId, ct)).IsSuspended;

    private ValueTask<(Caller? Caller, bool IsSuspended)> StandingAsync(Guid tenantId, CancellationToken ct) =>
        cache.GetOrAddAsync(CallerCache.Key(tenantId, Guid.Empty), Age, stop => ReadAsync(tenantId, stop), ct);

    private async Task<(Caller? Caller, bool IsSuspended)> ReadAsync(Guid tenantId, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        Row? row;
        await using (var grid = await connection.QueryMultipleAsync(new CommandDefinition(Sql, new { TenantId = tenantId, TenantText = tenantId.ToString() }, cancellationToken: ct)))
        {
            await grid.ReadAsync<string>();
            row = (await grid.ReadAsync<Row>()).SingleOrDefault();
        }
        if (row is null) return (null, false);
        Choices.TryParse(typeof(RecordVisibility), row.RecordVisibility, out var visibility);
        var fields = row.CustomFields == 0 ? CustomFieldSet.None : await cache.GetOrAddAsync(
            CallerCache.CustomFieldsKey(tenantId, row.CustomFields), TimeSpan.FromHours(1), stop => CustomFieldReader.ReadAsync(connection, tenantId, stop), ct);
        return (Caller.System(tenantId, new TenantProfile(row.Name, row.Currency, row.Country, row.Language, row.TimeZone, (RecordVisibility)visibility, row.WelcomeEmail), fields), row.Status != "ACTIVE");
    }

    private sealed record Row(string Status, string Name, string Currency, string? Country, string Language, string TimeZone, string RecordVisibility, bool WelcomeEmail, long CustomFields);
}
