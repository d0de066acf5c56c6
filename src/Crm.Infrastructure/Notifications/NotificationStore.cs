using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Notifications;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Notifications;

/// <summary>What members have stated about their notifications, and the digests they were sent.</summary>
internal sealed class NotificationStore(TenantSession session, IReadDb db, IOutbox outbox, TimeProvider clock) : INotificationPreferences, INotificationDigests
{
    public async Task<NotificationPreferences> FindAsync(Guid memberId, CancellationToken ct) => await db.FirstOrDefaultAsync<Row>("""
        select p.in_app as InApp, p.email as Email, p.sms as Sms, p.digest as Digest, p.digest_hour as DigestHour, p.phone as Phone
        from crm_read.notification_preferences p where p.tenant_id = @TenantId and p.member_id = @MemberId
        """, new { MemberId = memberId }, ct) is { } row
        ? new NotificationPreferences(row.InApp, row.Email, row.Sms, Rhythm(row.Digest), row.DigestHour, row.Phone)
        : NotificationPreferences.Default;

    public Task SaveAsync(Guid memberId, NotificationPreferences preferences, CancellationToken ct) => RunAsync("""
        insert into crm.notification_preferences as p (tenant_id, member_id, in_app, email, sms, digest, digest_hour, phone, digested_at)
        values (@TenantId, @MemberId, @InApp, @Email, @Sms, @Digest, @DigestHour, @Phone, @Now)
        on conflict (tenant_id, member_id) do update set in_app = @InApp, email = @Email, sms = @Sms, digest = @Digest, digest_hour = @DigestHour, phone = @Phone,
          digested_at = case when p.digest = 'NONE' then @Now else p.digested_at end
        """, new
    {
        session.TenantId, MemberId = memberId, InApp = preferences.InApp.ToArray(), Email = preferences.Email.ToArray(), Sms = preferences.Sms.ToArray(),
        Digest = Choices.Text(preferences.Digest), preferences.DigestHour, preferences.Phone, Now = clock.GetUtcNow(),
    }, ct);

    public async Task<IReadOnlyList<DigestReader>> ReadersAsync(CancellationToken ct) => [.. (await db.QueryAsync<ReaderRow>("""
        select p.member_id as MemberId, p.digest as Digest, p.digest_hour as DigestHour, m.time_zone as Zone, p.digested_at as DigestedAt
        from crm_read.notification_preferences p
        join crm_read.members m on m.tenant_id = @TenantId and m.id = p.member_id and m.deleted_at is null and m.is_active
        where p.tenant_id = @TenantId and p.digest <> 'NONE'
        """, null, ct)).Select(r => new DigestReader(r.MemberId, Rhythm(r.Digest), r.DigestHour, r.Zone, r.DigestedAt))];

    public async Task SendAsync(DigestReader reader, DateTimeOffset until, CancellationToken ct)
    {
        var id = Ids.New(clock.GetUtcNow());
        var parameters = new { session.TenantId, Id = id, reader.MemberId, reader.Since, Until = until };
        await RunAsync("update crm.notification_preferences set digested_at = @Until where tenant_id = @TenantId and member_id = @MemberId", parameters, ct);
        var made = await RunAsync("""
            insert into crm.notification_digests (tenant_id, id, member_id, from_at, to_at)
            select @TenantId, @Id, @MemberId, @Since, @Until
            where exists (select from crm.notifications n where n.tenant_id = @TenantId and n.member_id = @MemberId and n.created_at > @Since and n.created_at <= @Until and n.deleted_at is null)
            """, parameters, ct);
        if (made == 1) await outbox.RepeatAsync(OutboxMessage.Without(id, session.TenantId), INotificationDigests.Sink, ct);
    }

    private Task<int> RunAsync(string sql, object parameters, CancellationToken ct) =>
        session.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct));

    private static DigestRhythm Rhythm(string text) => Choices.TryParse(typeof(DigestRhythm), text, out var rhythm) ? (DigestRhythm)rhythm : DigestRhythm.None;

    private sealed record Row
    {
        public string[] InApp { get; init; } = [];
        public string[] Email { get; init; } = [];
        public string[] Sms { get; init; } = [];
        public string Digest { get; init; } = "";
        public int DigestHour { get; init; }
        public string? Phone { get; init; }
    }

    private sealed record ReaderRow(Guid MemberId, string Digest, int DigestHour, string? Zone, DateTime DigestedAt);
}

/// <summary>Changes a member's notifications set by set, because there may be thousands.</summary>
internal sealed class NotificationSets(TenantSession session, NotificationResource resource, SetBasedEvents events, IRequestContext context, TimeProvider clock) : INotificationSets
{
    private static readonly string Returning = $"returning t.id, t.version, @Patch::jsonb as patch, {SetBasedEvents.Whose(new NotificationResource())}";

    public Task<int> ReadAllAsync(Guid memberId, CancellationToken ct)
    {
        // One reading of the clock: the record is what its event says.
        var now = clock.GetUtcNow();
        return RunAsync("read_at = @Now", "t.member_id = @MemberId and t.read_at is null", new { MemberId = memberId }, events.Parameters(resource, ["readAt"], context.Caller.Actor, context.CausationId, now: now),
            $$"""{"readAt": "{{Instants.FormatInstant(now)}}"}""", ct);
    }

    public async Task ForgetAsync(Guid memberId, CancellationToken ct)
    {
        await RunAsync("deleted_at = @Now", "t.member_id = @MemberId", new { MemberId = memberId }, events.Parameters(resource, [], context.Caller.Actor, context.CausationId, "deleted"), "{}", ct);
        await session.Connection.ExecuteAsync(new CommandDefinition("""
            delete from crm.notification_digests where tenant_id = @TenantId and member_id = @MemberId;
            delete from crm.notification_preferences where tenant_id = @TenantId and member_id = @MemberId
            """, new { session.TenantId, MemberId = memberId }, session.Transaction, cancellationToken: ct));
    }

    public Task ForgetReadAsync(DateTimeOffset before, int most, CancellationToken ct) => RunAsync("deleted_at = @Now", """
        t.id in (
          select o.id from crm.notifications o
          where o.tenant_id = @TenantId and o.read_at is not null and o.deleted_at is null and o.created_at < @Before order by o.created_at limit @Most for update skip locked)
        """, new { Before = before, Most = most }, events.Parameters(resource, [], context.Caller.Actor, context.CausationId, "deleted"), "{}", ct);

    private async Task<int> RunAsync(string set, string where, object which, DynamicParameters parameters, string patch, CancellationToken ct)
    {
        await session.SendDeferredAsync(ct);
        parameters.AddDynamicParams(which);
        parameters.Add("Patch", patch);
        var changed = await session.Connection.ExecuteAsync(new CommandDefinition($"""
            with changed as (
              update crm.notifications t set {set}, version = t.version + 1, updated_at = @Now, updated_by = @ActorId
              where t.tenant_id = @TenantId and t.deleted_at is null and {where}
              {Returning})
            {SetBasedEvents.Append}
            """, parameters, session.Transaction, cancellationToken: ct));
        session.NextEventNumber += changed;
        return changed;
    }
}
