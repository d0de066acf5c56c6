using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// Refresh tokens: 256 random bits, of which only the SHA-256 is kept. Nothing to guess, so nothing to stretch. A session lives while its
/// tokens do; where and when it was used is its tenant's to know, and is kept there.
/// </summary>
internal sealed class SessionStore(GlobalDb db, SignedOut signedOut, IRequestContext context, TimeProvider clock) : ISessionStore
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    // Also for a family that began on an instance of the version before.
    private const string Note = """
        insert into crm.sessions (tenant_id, id, user_id, started_at, last_used_at, source_ip, user_agent)
        select tenant_id, family_id, user_id, @Now, @Now, @SourceAddress, @UserAgent from made
        on conflict (tenant_id, id) do update set last_used_at = excluded.last_used_at, source_ip = excluded.source_ip, user_agent = excluded.user_agent
        """;

    public async Task<OpenSession> StartAsync(Guid userId, Guid tenantId, CancellationToken ct) =>
        await BeginAsync(userId, tenantId, null, ct) ?? throw IdentityErrors.Unauthenticated("There is no such user.");

    public Task<OpenSession?> StartAsync(Guid userId, Guid tenantId, string passwordHash, CancellationToken ct) => BeginAsync(userId, tenantId, passwordHash, ct);

    private async Task<OpenSession?> BeginAsync(Guid userId, Guid tenantId, string? passwordHash, CancellationToken ct)
    {
        var (token, now) = (NewToken(), clock.GetUtcNow());
        var id = Ids.New(now);
        // The user is held by now: the password that this sees is his until the session is there.
        var made = await db.AsTenantAsync<Guid>(tenantId, userId, $"""
            delete from crm.refresh_tokens where user_id = @UserId and expires_at < @Now;
            delete from crm.sessions s where s.tenant_id = @TenantId and s.user_id = @UserId and not exists (select from crm.refresh_tokens t where t.family_id = s.id);
            with made as (
              insert into crm.refresh_tokens (id, family_id, user_id, tenant_id, token_hash, created_at, expires_at)
              select @Id, @Id, u.id, @TenantId, @Hash, @Now, @Expires from crm.users u
              where u.id = @UserId and (@PasswordHash::text is null or u.password_hash = @PasswordHash)
              returning family_id, user_id, tenant_id)
            {Note}
            returning id
            """, new { Id = id, PasswordHash = passwordHash, Hash = HashOf(token), Now = now, Expires = now + Life, context.SourceAddress, context.UserAgent }, ct);
        return made.Count > 0 ? new OpenSession(id, token) : null;
    }

    public async Task<RefreshToken?> FindAsync(string token, CancellationToken ct) => (await db.AloneAsync<RefreshToken>("""
        select user_id as UserId, tenant_id as TenantId,
               spent_at is null and revoked_at is null and expires_at > @Now as IsGood,
               spent_at is not null or revoked_at is not null as IsStolen
        from crm.refresh_tokens where token_hash = @Hash
        """, new { Hash = HashOf(token), Now = clock.GetUtcNow() }, ct)).FirstOrDefault();

    public async Task<OpenSession?> RotateAsync(string token, RefreshToken found, CancellationToken ct)
    {
        var (next, now) = (NewToken(), clock.GetUtcNow());
        // One statement: a twin waits for the row, then finds the token spent.
        var made = await db.AsTenantAsync<Guid>(found.TenantId, found.UserId, $"""
            with spent as (
              update crm.refresh_tokens set spent_at = @Now
              where token_hash = @Hash and user_id = @UserId and tenant_id = @TenantId and spent_at is null and revoked_at is null and expires_at > @Now
              returning family_id, user_id, tenant_id),
            made as (
              insert into crm.refresh_tokens (id, family_id, user_id, tenant_id, token_hash, created_at, expires_at)
              select @Id, family_id, user_id, tenant_id, @NextHash, @Now, @Expires from spent
              returning family_id, user_id, tenant_id)
            {Note}
            returning id
            """, new { Id = Ids.New(now), Hash = HashOf(token), NextHash = HashOf(next), Now = now, Expires = now + Life, context.SourceAddress, context.UserAgent }, ct);
        return made is [var id, ..] ? new OpenSession(id, next) : null;
    }

    public Task RevokeAsync(string token, CancellationToken ct) => EndAsync("(select h.user_id from crm.refresh_tokens h where h.token_hash = @Hash)",
        "family_id = (select f.family_id from crm.refresh_tokens f where f.token_hash = @Hash)", new { Hash = HashOf(token), Now = clock.GetUtcNow() });

    public async Task<bool> EndAsync(Guid userId, Guid sessionId, CancellationToken ct) =>
        await EndAsync("@UserId", "family_id = @SessionId and user_id = @UserId", new { UserId = userId, SessionId = sessionId, Now = clock.GetUtcNow() });

    public Task EndOthersAsync(Guid userId, Guid? keep, CancellationToken ct) =>
        EndAsync("@UserId", "user_id = @UserId and family_id is distinct from @Keep", new { UserId = userId, Keep = keep, Now = clock.GetUtcNow() });

    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Durably, whatever becomes of the request. First the user, for whom a session that is being renewed waits: what it makes meanwhile would be missed.</summary>
    private async Task<bool> EndAsync(string user, string which, object parameters)
    {
        var ended = await db.AloneAsync<(Guid UserId, Guid TenantId)>($"""
            update crm.users set updated_at = @Now where id = {user};
            with ended as (update crm.refresh_tokens set revoked_at = @Now where {which} and revoked_at is null returning user_id)
            select t.user_id, t.tenant_id from crm.user_tenants t where t.user_id in (select user_id from ended)
            """, parameters, CancellationToken.None);
        signedOut.Forget(ended);
        return ended.Count > 0;
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <summary>Forgets what is cached about users whose sessions have ended, or whose second factor came or went: once the command's transaction commits, where there is one.</summary>
internal sealed class SignedOut(GlobalDb db, StaleCallers stale, ICache cache)
{
    public void Forget(IEnumerable<(Guid UserId, Guid TenantId)> users)
    {
        foreach (var (user, tenant) in users)
            if (db.InTransaction) stale.Mark(CallerCache.Key(tenant, user));
            else cache.Forget(CallerCache.Key(tenant, user));
    }
}
