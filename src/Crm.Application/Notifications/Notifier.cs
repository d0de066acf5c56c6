using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Members;
using Crm.Domain.Notifications;

namespace Crm.Application.Notifications;

internal sealed class Notifier(IRepository<Notification> notifications, INotificationPreferences preferences, ICallerDirectory callers, IReadDb db, ResourceCatalog resources,
    IRequestContext context, TimeProvider clock) : INotifier
{
    private const string Told = """
        select count(*) from crm_read.notifications n
        where n.tenant_id = @TenantId and n.member_id = @MemberId and n.kind = @Kind and n.record_id is not distinct from @RecordId and n.occasion = @Occasion
        """;

    public async Task NotifyAsync(Notice notice, CancellationToken ct)
    {
        if (!Choices.TryParse(typeof(NotificationKind), notice.Kind, out var kind)) throw new ArgumentException($"There is no kind of notification called {notice.Kind}.", nameof(notice));
        var wanted = await preferences.FindAsync(notice.MemberId, ct);
        var inApp = wanted.InApp.Contains(notice.Kind);
        if (!inApp && !wanted.Email.Contains(notice.Kind) && !wanted.Sms.Contains(notice.Kind)) return;
        if (!await MayHearAsync(notice, ct) || await WasToldAsync(notice, ct)) return;
        var now = clock.GetUtcNow();
        notifications.Add(Notification.Tell(Ids.New(now), new NotificationDetails
        {
            MemberId = notice.MemberId, Kind = (NotificationKind)kind, Title = notice.Title, Body = notice.Body, Resource = notice.Resource, RecordId = notice.RecordId, CausationId = notice.EventId,
        }, notice.Occasion, inApp ? null : now));
    }

    /// <summary>True for an active person who may see the record at this moment.</summary>
    private async Task<bool> MayHearAsync(Notice notice, CancellationToken ct)
    {
        if ((await callers.FindAsync(notice.MemberId, context.Caller.TenantId, ct)).Caller is not { Kind: MemberKind.Person } member || !member.May(Permissions.NotificationsRead)) return false;
        if (notice.Resource is not { } name || notice.RecordId is not { } id) return true;
        var resource = resources.Find(name) ?? throw new ArgumentException($"There is no resource called {name}.", nameof(notice));
        if (!member.May(resource.Permission("read"))) return false;
        var parameters = new Dictionary<string, object?> { ["Id"] = id };
        var scope = RecordScope.Of(resource, member, parameters, deleted: false);
        return await db.FirstOrDefaultAsync<Guid?>($"select t.id from crm_read.{resource.Table} t where {scope} and t.id = @Id", parameters, ct) is not null;
    }

    private async Task<bool> WasToldAsync(Notice notice, CancellationToken ct) => notice.Occasion is not null
        && await db.FirstOrDefaultAsync<long>(Told, new { notice.MemberId, notice.Kind, notice.RecordId, notice.Occasion }, ct) > 0;
}
