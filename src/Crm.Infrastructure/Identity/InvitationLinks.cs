using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Common;
using Crm.Domain.Tenants;
using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Identity;

/// <summary>The global side of invitations: the hash of each link that counts, and the tenant it leads to.</summary>
internal sealed class InvitationLinks(GlobalDb db, IOneTimeTokens tokens, IRequestContext context, TimeProvider clock) : IInvitationLinks
{
    // Kept for a while after it has expired, so that who comes late is told so.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public Task KeepAsync(Guid invitationId, Guid tokenId, EmailAddress email, DateTimeOffset expiresAt, CancellationToken ct) => db.QueryAsync<int>("""
        delete from crm.invitation_lookup where tenant_id = @TenantId and invitation_id = @InvitationId;
        delete from crm.invitation_lookup where token_hash in (
          select token_hash from crm.invitation_lookup where expires_at < @Old limit 100 for update skip locked);
        insert into crm.invitation_lookup (token_hash, tenant_id, invitation_id, email, expires_at) values (@Hash, @TenantId, @InvitationId, @Email, @ExpiresAt)
        """, new
    {
        context.Caller.TenantId, InvitationId = invitationId, Email = email.Value, ExpiresAt = expiresAt, Old = clock.GetUtcNow() - Kept,
        Hash = SessionStore.HashOf(tokens.Of(IInvitationLinks.Purpose, tokenId)),
    }, ct);

    public async Task<InvitationLink?> FindAsync(string token, CancellationToken ct) => await db.AfterAsync<Row>(TenantSession.SetTenantOfInvitation, """
        select l.invitation_id as InvitationId, l.email as Email, l.tenant_id as TenantId, t.status as Status, s.name as Name, s.currency as Currency, s.country as Country,
               s.language as Language, s.time_zone as TimeZone, s.record_visibility as Visibility, s.welcome_email as WelcomeEmail
        from crm.invitation_lookup l
        join crm.tenants t on t.id = l.tenant_id
        join crm_read.tenant_settings s on s.tenant_id = l.tenant_id and s.id = l.tenant_id
        where l.token_hash = @TokenHash
        """, new { TokenHash = SessionStore.HashOf(token) }, ct) is [var row, ..]
        ? new InvitationLink(row.InvitationId, EmailAddress.Parse(row.Email), row.TenantId, row.Profile, row.Status != "ACTIVE")
        : null;

    private sealed record Row(Guid InvitationId, string Email, Guid TenantId, string Status, string Name, string Currency, string? Country, string Language, string TimeZone,
        string Visibility, bool WelcomeEmail)
    {
        public TenantProfile Profile => new(Name, Currency, Country, Language, TimeZone,
            Choices.TryParse(typeof(RecordVisibility), Visibility, out var visibility) ? (RecordVisibility)visibility : RecordVisibility.Own, WelcomeEmail);
    }
}
