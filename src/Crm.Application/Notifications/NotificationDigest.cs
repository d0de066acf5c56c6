using Crm.Application.Abstractions;
using Crm.Application.Schedules;
using Crm.Domain.Common;

namespace Crm.Application.Notifications;

/// <summary>A member whose e-mails are gathered.</summary>
/// <param name="Zone">His time zone; null = the tenant's.</param>
/// <param name="Since">Until when they have been sent.</param>
public sealed record DigestReader(Guid MemberId, DigestRhythm Rhythm, int Hour, string? Zone, DateTimeOffset Since);

/// <summary>Which digests were sent, in the open transaction of a tenant.</summary>
public interface INotificationDigests
{
    /// <summary>The sink of their e-mails; the message carries the digest's id as its event's.</summary>
    const string Sink = "email.digest";

    /// <summary>Everybody whose e-mails are gathered.</summary>
    Task<IReadOnlyList<DigestReader>> ReadersAsync(CancellationToken ct);

    /// <summary>Sends, after the commit, what the member was told after <see cref="DigestReader.Since"/> up to <paramref name="until"/>, if anything.</summary>
    Task SendAsync(DigestReader reader, DateTimeOffset until, CancellationToken ct);
}

/// <summary>Sends gathered e-mails once the hour has come in the member's zone. Which one is due follows from the time of the last, so none is lost while the service is down.</summary>
internal sealed class SendDigests(INotificationDigests digests, IRequestContext context) : ITenantSchedule
{
    public string Name => "notifications.digest";

    // There are zones whose hours begin at a quarter past ours.
    public TimeSpan Every => TimeSpan.FromMinutes(15);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        foreach (var reader in await digests.ReadersAsync(ct))
            if (LastDue(reader, context.Caller.Tenant.TimeZone, due) is var until && until > reader.Since) await digests.SendAsync(reader, until, ct);
    }

    /// <summary>The last time not after <paramref name="now"/> at which a digest was due. An hour that summer time leaves out is the next.</summary>
    internal static DateTimeOffset LastDue(DigestReader reader, string tenantZone, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(reader.Zone ?? tenantZone);
        var day = TimeZoneInfo.ConvertTime(now, zone).Date;
        if (reader.Rhythm == DigestRhythm.Weekly) day = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
        var due = At(day);
        return due <= now ? due : At(day.AddDays(reader.Rhythm == DigestRhythm.Weekly ? -7 : -1));

        DateTimeOffset At(DateTime date)
        {
            var local = date.AddHours(reader.Hour);
            if (zone.IsInvalidTime(local)) local = local.AddHours(1);
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }
    }
}

/// <summary>Sends what a member has not read of what he was told in a while, in his language.</summary>
internal sealed class DigestEmail(IReadDb db, IEmailSender email, IRequestContext context) : IOutboxSink
{
    private const int Most = 50;

    private const string Reader = """
        select d.member_id as MemberId, d.from_at as FromAt, d.to_at as ToAt, m.email as Email, m.full_name as FullName, m.language as Language
        from crm_read.notification_digests d
        join crm_read.members m on m.tenant_id = @TenantId and m.id = d.member_id and m.deleted_at is null and m.is_active
        where d.tenant_id = @TenantId and d.id = @Id
        """;

    private const string Told = """
        select n.kind as Kind, n.title as Title, count(*) over () as Total
        from crm_read.notifications n
        join crm_read.notification_preferences p on p.tenant_id = @TenantId and p.member_id = n.member_id
        where n.tenant_id = @TenantId and n.member_id = @MemberId and n.created_at > @FromAt and n.created_at <= @ToAt and n.deleted_at is null
          and n.kind = any(p.email) and (n.read_at is null or n.kind <> all(p.in_app))
        order by n.created_at, n.id limit @Most
        """;

    public string Name => INotificationDigests.Sink;

    public bool NeedsEvent => false;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<ReaderRow>(Reader, new { Id = message.EventId }, ct) is not { } reader) return;
        var told = await db.QueryAsync<ToldRow>(Told, new { reader.MemberId, reader.FromAt, reader.ToAt, Most }, ct);
        if (told.Count == 0) return;
        var tenant = context.Caller.Tenant;
        var language = reader.Language ?? tenant.Language;
        var (subject, text) = Write(language, tenant.Name, reader.FullName, [.. told.Select(t => NotificationTexts.Line(language, t.Kind, t.Title))], told[0].Total);
        await email.SendAsync(new EmailMessage(message.EventId, EmailAddress.Parse(reader.Email), reader.FullName, tenant.Name, subject, text), ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English.</summary>
    internal static (string Subject, string Text) Write(string language, string organization, string member, IReadOnlyList<string> lines, long total)
    {
        var list = string.Join('\n', lines.Select(line => "- " + line));
        var more = total - lines.Count;
        return language == "bg"
            ? ($"Непрочетени известия от {organization}: {total}", $"""
                Здравейте, {member},

                {list}
                {(more > 0 ? $"… и още {more}\n" : "")}
                {organization}

                """)
            : ($"Unread notifications from {organization}: {total}", $"""
                Hello {member},

                {list}
                {(more > 0 ? $"… and {more} more\n" : "")}
                {organization}

                """);
    }

    private sealed record ReaderRow(Guid MemberId, DateTime FromAt, DateTime ToAt, string Email, string FullName, string? Language);

    private sealed record ToldRow(string Kind, string Title, long Total);
}
