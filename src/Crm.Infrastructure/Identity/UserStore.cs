using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;

namespace Crm.Infrastructure.Identity;

/// <summary>Users, and the memberships by which they reach tenants.</summary>
internal sealed class UserStore(GlobalDb db, StaleCallers stale, SignedOut signedOut, TimeProvider clock) : IUserStore
{
    private const string Account = """
        select u.id as Id, u.email as Email, u.password_hash as PasswordHash,
               array(select t.tenant_id from crm.user_tenants t where t.user_id = u.id and t.is_active order by t.tenant_id) as Tenants,
               exists(select from crm.user_tenants t where t.user_id = u.id) as BelongsSomewhere,
               exists(select from crm.second_factors f where f.user_id = u.id and f.confirmed_at is not null) as HasSecondFactor
        from crm.users u
        """;

    public async Task<UserAccount?> FindByEmailAsync(EmailAddress email, CancellationToken ct)
    {
        // A command decides by where the user belongs: of two tenants that add him at once the second must see the first.
        if (db.InTransaction) await RunAsync("select 1 from crm.users where email = @Email for update", new { Email = email.Value }, ct);
        return await OneAsync(Account + " where u.email = @Email", new { Email = email.Value }, ct);
    }

    public Task<UserAccount?> FindAsync(Guid userId, CancellationToken ct) => OneAsync(Account + " where u.id = @UserId", new { UserId = userId }, ct);

    public Task AddAsync(Guid userId, EmailAddress email, string? passwordHash, CancellationToken ct) => RunAsync("""
        insert into crm.users (id, email, password_hash, created_at, updated_at) values (@UserId, @Email, @PasswordHash, @Now, @Now)
        """, new { UserId = userId, Email = email.Value, PasswordHash = passwordHash, Now = clock.GetUtcNow() }, ct);

    // First the user, for whom a session that is being renewed waits: what it makes meanwhile would be missed.
    public async Task ChangePasswordAsync(Guid userId, string passwordHash, string? keep, CancellationToken ct) => signedOut.Forget(await db.QueryAsync<(Guid, Guid)>("""
        update crm.users set password_hash = @PasswordHash, updated_at = @Now where id = @UserId;
        update crm.refresh_tokens set revoked_at = @Now
        where user_id = @UserId and revoked_at is null
          and family_id is distinct from (select k.family_id from crm.refresh_tokens k where k.token_hash = @Keep and k.user_id = @UserId);
        select user_id, tenant_id from crm.user_tenants where user_id = @UserId
        """, new { UserId = userId, PasswordHash = passwordHash, Keep = keep is null ? null : SessionStore.HashOf(keep), Now = clock.GetUtcNow() }, ct));

    public async Task<bool> StrengthenAsync(Guid userId, string former, string passwordHash, CancellationToken ct) => (await db.QueryAsync<int>("""
        update crm.users set password_hash = @PasswordHash where id = @UserId and password_hash = @Former returning 1
        """, new { UserId = userId, Former = former, PasswordHash = passwordHash }, ct)).Count > 0;

    public Task AddTenantAsync(Guid tenantId, CancellationToken ct) => RunAsync("""
        insert into crm.tenants (id, created_at) values (@TenantId, @Now)
        """, new { TenantId = tenantId, Now = clock.GetUtcNow() }, ct);

    public async Task EnrolAsync(Guid userId, Guid tenantId, bool active, CancellationToken ct)
    {
        Stale(userId, await db.QueryAsync<Guid>($"""
            insert into crm.user_tenants (user_id, tenant_id, is_active) values (@UserId, @TenantId, @Active)
            on conflict (user_id, tenant_id) do update set is_active = excluded.is_active;
            {(active ? "" : Revoke)}
            {Others}
            """, new { UserId = userId, TenantId = tenantId, Active = active, Now = clock.GetUtcNow() }, ct));
    }

    public async Task ExpelAsync(Guid userId, Guid tenantId, CancellationToken ct)
    {
        Stale(userId, await db.QueryAsync<Guid>($"""
            delete from crm.user_tenants where user_id = @UserId and tenant_id = @TenantId;
            {Revoke}
            {Others}
            """, new { UserId = userId, TenantId = tenantId, Now = clock.GetUtcNow() }, ct));
    }

    private const string Revoke = "update crm.refresh_tokens set revoked_at = @Now where user_id = @UserId and tenant_id = @TenantId and revoked_at is null;";

    private const string Others = "select tenant_id from crm.user_tenants where user_id = @UserId and tenant_id <> @TenantId";

    /// <summary>How many tenants a user reaches is part of what is cached about him in each of them.</summary>
    private void Stale(Guid userId, IReadOnlyList<Guid> tenants)
    {
        foreach (var tenant in tenants) stale.Mark(CallerCache.Key(tenant, userId));
    }

    private async Task<UserAccount?> OneAsync(string sql, object parameters, CancellationToken ct) =>
        await db.QueryAsync<AccountRow>(sql, parameters, ct) is [var row, ..] ? new UserAccount(row.Id, row.Email, row.PasswordHash, row.Tenants, row.BelongsSomewhere) { HasSecondFactor = row.HasSecondFactor } : null;

    private Task RunAsync(string sql, object parameters, CancellationToken ct) => db.QueryAsync<int>(sql, parameters, ct);

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record AccountRow
    {
        public Guid Id { get; init; }
        public string Email { get; init; } = "";
        public string? PasswordHash { get; init; }
        public Guid[] Tenants { get; init; } = [];
        public bool BelongsSomewhere { get; init; }
        public bool HasSecondFactor { get; init; }
    }
}
