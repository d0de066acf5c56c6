using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;

namespace Crm.Infrastructure.Identity;

/// <summary>Resets and their e-mails, in small transactions of their own. The outbox row carries the reset's id: there is no event to tell of it.</summary>
internal sealed class PasswordResets(GlobalDb db, IOneTimeTokens tokens, OutboxSignal signal, SignedOut signedOut, TimeProvider clock) : IPasswordResets
{
    private const int MostInOneHour = 5;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public async Task RequestAsync(UserAccount account, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var id = Ids.New(now);
        await db.AloneAsync<int>("""
            delete from crm.password_resets where user_id = @UserId and expires_at < @Since;
            with made as (
              insert into crm.password_resets (id, user_id, tenant_id, token_hash, created_at, expires_at)
              select @Id, @UserId, @TenantId, @Hash, @Now, @Expires
              where (select count(*) from crm.password_resets where user_id = @UserId and created_at > @Since) < @Most
              returning id, tenant_id)
            insert into crm.outbox (id, tenant_id, event_id, sink, created_at, next_try_at) select @OutboxId, tenant_id, id, @Sink, @Now, @Now from made
            """, new
        {
            Id = id, UserId = account.Id, TenantId = account.Tenants[0], Hash = SessionStore.HashOf(tokens.Of(IPasswordResets.Purpose, id)), Now = now, Expires = now + Life,
            Since = now - Life, Most = MostInOneHour, OutboxId = Ids.New(now), Sink = IPasswordResets.Sink,
        }, ct);
        signal.Raise();
    }

    public async Task<PasswordReset?> FindAsync(string token, CancellationToken ct) => (await db.AloneAsync<PasswordReset>("""
        select user_id as UserId, used_at is null and expires_at > @Now as IsGood from crm.password_resets where token_hash = @Hash
        """, new { Hash = SessionStore.HashOf(token), Now = clock.GetUtcNow() }, ct)).FirstOrDefault();

    public async Task<EmailAddress?> RecipientAsync(Guid resetId, CancellationToken ct) => (await db.AloneAsync<string>("""
        select u.email from crm.password_resets r join crm.users u on u.id = r.user_id where r.id = @Id and r.used_at is null and r.expires_at > @Now
        """, new { Id = resetId, Now = clock.GetUtcNow() }, ct)).FirstOrDefault() is { } email ? EmailAddress.Parse(email) : null;

    public async Task<bool> UseAsync(string token, string passwordHash, CancellationToken ct)
    {
        // First the user, for whom a session that is being renewed waits: what it makes meanwhile would be missed.
        var tenants = await db.AloneAsync<(Guid, Guid)>("""
            update crm.users set updated_at = @Now where id = (select r.user_id from crm.password_resets r where r.token_hash = @Hash);
            with used as (
              update crm.password_resets set used_at = @Now where token_hash = @Hash and used_at is null and expires_at > @Now returning user_id),
            others as (
              update crm.password_resets r set used_at = @Now from used where r.user_id = used.user_id and r.token_hash <> @Hash and r.used_at is null),
            changed as (
              update crm.users u set password_hash = @PasswordHash from used where u.id = used.user_id),
            ended as (
              update crm.refresh_tokens t set revoked_at = @Now from used where t.user_id = used.user_id and t.revoked_at is null)
            select t.user_id, t.tenant_id from used join crm.user_tenants t on t.user_id = used.user_id
            """, new { Hash = SessionStore.HashOf(token), PasswordHash = passwordHash, Now = clock.GetUtcNow() }, CancellationToken.None);
        signedOut.Forget(tenants);
        return tenants.Count > 0;
    }
}
