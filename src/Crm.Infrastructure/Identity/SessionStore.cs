using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Infrastructure.Identity;

/// <summary>Refresh tokens: 256 random bits, of which only the SHA-256 is kept. Nothing to guess, so nothing to stretch.</summary>
internal sealed class SessionStore(GlobalDb db, TimeProvider clock) : ISessionStore
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    public async Task<string> StartAsync(Guid userId, Guid tenantId, CancellationToken ct)
    {
        var (token, now) = (NewToken(), clock.GetUtcNow());
        await db.QueryAsync<int>("""
            delete from crm.refresh_tokens where user_id = @UserId and expires_at < @Now;
            insert into crm.refresh_tokens (id, family_id, user_id, tenant_id, token_hash, created_at, expires_at)
            values (@Id, @Id, @UserId, @TenantId, @Hash, @Now, @Expires)
            """, new { Id = Ids.New(now), UserId = userId, TenantId = tenantId, Hash = HashOf(token), Now = now, Expires = now + Life }, ct);
        return token;
    }

    public async Task<RefreshToken?> FindAsync(string token, CancellationToken ct) => (await db.AloneAsync<RefreshToken>("""
        select user_id as UserId, tenant_id as TenantId,
               spent_at is null and revoked_at is null and expires_at > @Now as IsGood,
               spent_at is not null or revoked_at is not null as IsStolen
        from crm.refresh_tokens where token_hash = @Hash
        """, new { Hash = HashOf(token), Now = clock.GetUtcNow() }, ct)).FirstOrDefault();

    public async Task<string?> RotateAsync(string token, CancellationToken ct)
    {
        var (next, now) = (NewToken(), clock.GetUtcNow());
        // One statement: a twin waits for the row, then finds the token spent.
        var made = await db.AloneAsync<Guid>("""
            with spent as (
              update crm.refresh_tokens set spent_at = @Now
              where token_hash = @Hash and spent_at is null and revoked_at is null and expires_at > @Now
              returning family_id, user_id, tenant_id)
            insert into crm.refresh_tokens (id, family_id, user_id, tenant_id, token_hash, created_at, expires_at)
            select @Id, family_id, user_id, tenant_id, @NextHash, @Now, @Expires from spent
            returning id
            """, new { Id = Ids.New(now), Hash = HashOf(token), NextHash = HashOf(next), Now = now, Expires = now + Life }, ct);
        return made.Count > 0 ? next : null;
    }

    public Task RevokeAsync(string token, CancellationToken ct) => db.AloneAsync<int>("""
        update crm.refresh_tokens set revoked_at = @Now
        where family_id = (select f.family_id from crm.refresh_tokens f where f.token_hash = @Hash) and revoked_at is null
        """, new { Hash = HashOf(token), Now = clock.GetUtcNow() }, CancellationToken.None);

    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
