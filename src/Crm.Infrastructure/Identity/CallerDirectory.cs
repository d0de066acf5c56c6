using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Domain.Common;
using Crm.Domain.Members;
using Crm.Domain.Tenants;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Identity;

/// <summary>Builds callers from membership, team and tenant settings: one round trip, kept for 10 s.</summary>
internal sealed class CallerDirectory(NpgsqlDataSource source, ICache cache, TimeProvider clock) : ICallerDirectory
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    // Whom a restricted caller sees (product.md §1): himself, and everybody of the teams he leads, of his own if he is a manager, and of
    // all teams below those; with TEAM everybody of his own team too. Unowned records he sees of the same teams and always of his own.
    // Members who left stay in their team, or their records would vanish from its sight.
    private const string Sql = $"""
        select t.status as Status, m.full_name as FullName, m.email as Email, m.role as Role, m.kind as Kind, m.team_id as TeamId,
               m.permissions_grant as Granted, m.permissions_deny as Denied,
               s.name as Name, s.currency as Currency, s.country as Country, s.language as Language, s.time_zone as TimeZone,
               s.record_visibility as Visibility, s.welcome_email as WelcomeEmail,
               array(select r.tenant_id from crm.user_tenants r where r.user_id = @UserId and r.is_active order by r.tenant_id) as Reached,
               v.owners as Owners, v.teams as Teams, {CustomFieldReader.Stamp} as CustomFields,
               @SessionId::uuid is not null and not exists(
                 select from crm.refresh_tokens f where f.family_id = @SessionId and f.user_id = @UserId and f.revoked_at is null) as IsSignedOut,
               s.require_two_factor and @SessionId::uuid is not null and not exists(
                 select from crm.second_factors w where w.user_id = @UserId and w.confirmed_at is not null) as LacksSecondFactor
        from (select @TenantId as id) asked
        left join crm.tenants t on t.id = asked.id
        left join crm_read.tenant_settings s on s.tenant_id = t.id and s.id = t.id
        left join crm_read.members m on m.tenant_id = t.id and m.id = @UserId and m.is_active and m.deleted_at is null
        left join lateral (
          with recursive led as (
            select l.id from crm_read.teams l
            where l.tenant_id = @TenantId and l.deleted_at is null and (l.manager_id = @UserId or (m.role = 'MANAGER' and l.id = m.team_id))
            union
            select b.id from led join crm_read.teams b on b.tenant_id = @TenantId and b.parent_id = led.id and b.deleted_at is null)
          select array(select @UserId union
                       select c.id from crm_read.members c
                       where c.tenant_id = @TenantId and (c.team_id in (select id from led) or (s.record_visibility = 'TEAM' and c.team_id = m.team_id))) as owners,
                 array(select id from led union select m.team_id where m.team_id is not null) as teams
          where m.role in ('USER', 'MANAGER') and s.record_visibility <> 'ALL') v on true
        """;

    // Sent along, so that it costs no round trip; it writes once in five minutes.
    private const string Note = "update crm.sessions set last_used_at = @Now where tenant_id = @TenantId and id = @SessionId and last_used_at < @Now - interval '5 minutes';\n";

    public ValueTask<Standing> FindAsync(Guid userId, Guid tenantId, CancellationToken ct) => FindAsync(userId, tenantId, null, ct);

    public ValueTask<Standing> FindAsync(Guid userId, Guid tenantId, Guid? sessionId, CancellationToken ct) =>
        cache.GetOrAddAsync(CallerCache.Key(tenantId, userId, sessionId), Age, stop => ReadAsync(userId, tenantId, sessionId, stop), ct);

    private async Task<Standing> ReadAsync(Guid userId, Guid tenantId, Guid? sessionId, CancellationToken ct)
    {
        try
        {
            return await source.ReadAsync(async connection =>
            {
                await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(TenantSession.SetTenant + (sessionId is null ? Sql : Note + Sql),
                    new { TenantText = tenantId.ToString(), TenantId = tenantId, UserId = userId, SessionId = sessionId, Now = clock.GetUtcNow() }, cancellationToken: ct));
                await grid.ReadAsync<string>();
                var row = (await grid.ReadAsync<Row>()).Single();
                return Of(userId, tenantId, sessionId, row, row.CustomFields is { } stamp ? await CustomFieldsAsync(connection, tenantId, stamp, ct) : CustomFieldSet.None);
            }, ct);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>Shared by the tenant's members. A stamp is that of one moment, so what was read under it stays true.</summary>
    private ValueTask<CustomFieldSet> CustomFieldsAsync(NpgsqlConnection connection, Guid tenantId, long stamp, CancellationToken ct) => cache.GetOrAddAsync(
        CallerCache.CustomFieldsKey(tenantId, stamp), TimeSpan.FromHours(1), stop => CustomFieldReader.ReadAsync(connection, tenantId, stop), ct);

    private static Standing Of(Guid userId, Guid tenantId, Guid? sessionId, Row row, CustomFieldSet customFields)
    {
        if (row.Role is null) return new Standing(null, null, null, false, row.Reached, row.IsSignedOut);
        var role = Choices.Value<Role>(row.Role);
        var profile = new TenantProfile(row.Name!, row.Currency!, row.Country, row.Language!, row.TimeZone!, Choices.Value<RecordVisibility>(row.Visibility!), row.WelcomeEmail ?? true);
        var permissions = Permissions.Of(role, new MemberPermissions(ValueList.Of(row.Granted), ValueList.Of(row.Denied)));
        var caller = new Caller(userId, tenantId, role, row.TeamId, permissions, profile) { VisibleOwners = row.Owners, VisibleTeams = row.Teams ?? [], CustomFields = customFields, Kind = Choices.Value<MemberKind>(row.Kind!), SessionId = sessionId, LacksSecondFactor = row.LacksSecondFactor ?? false };
        return new Standing(caller, row.FullName, row.Email, row.Status != "ACTIVE", row.Reached, row.IsSignedOut);
    }

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record Row
    {
        public string? Status { get; init; }
        public string? FullName { get; init; }
        public string? Email { get; init; }
        public string? Role { get; init; }
        public string? Kind { get; init; }
        public Guid? TeamId { get; init; }
        public string? Name { get; init; }
        public string? Currency { get; init; }
        public string? Country { get; init; }
        public string? Language { get; init; }
        public string? TimeZone { get; init; }
        public string? Visibility { get; init; }
        public bool? WelcomeEmail { get; init; }
        public Guid[] Reached { get; init; } = [];
        public string[]? Granted { get; init; }
        public string[]? Denied { get; init; }
        public Guid[]? Owners { get; init; }
        public Guid[]? Teams { get; init; }
        public long? CustomFields { get; init; }
        public bool IsSignedOut { get; init; }
        public bool? LacksSecondFactor { get; init; }
    }
}
