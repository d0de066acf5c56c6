using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Members;
using Crm.Domain.Notifications;

namespace Crm.Application.Notifications;

/// <summary>How many notifications wait to be read.</summary>
/// <param name="Count">Yours that are unread.</param>
public sealed record UnreadCount(long Count);

/// <summary>How many of your notifications are unread.</summary>
[Requires(Permissions.NotificationsRead)]
public sealed record CountUnreadNotifications : IQuery<UnreadCount>;

internal sealed class CountUnreadNotificationsHandler(IReadDb db, IRequestContext context) : IQueryHandler<CountUnreadNotifications, UnreadCount>
{
    private const string Sql = """
        select count(*) from crm_read.notifications n
        where n.tenant_id = @TenantId and n.member_id = @MemberId and n.read_at is null and n.deleted_at is null
        """;

    public async Task<UnreadCount> Handle(CountUnreadNotifications query, CancellationToken ct) =>
        new(await db.FirstOrDefaultAsync<long>(Sql, new { MemberId = context.Caller.UserId }, ct));
}

/// <summary>Marks one of your notifications as read. One that is read stays as it is.</summary>
[Requires(Permissions.NotificationsWrite)]
public sealed record ReadNotification(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "notifications";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ReadNotificationHandler(IRepository<Notification> notifications, TimeProvider clock) : ICommandHandler<ReadNotification, Guid>
{
    public async Task<Guid> Handle(ReadNotification command, CancellationToken ct)
    {
        var notification = await notifications.GetAsync(command.Id, ct);
        notification.Read(clock.GetUtcNow());
        return notification.Id;
    }
}

/// <summary>What became read.</summary>
/// <param name="Read">How many were unread.</param>
public sealed record NotificationsRead(int Read);

/// <summary>Marks all of your notifications as read.</summary>
[Requires(Permissions.NotificationsWrite)]
public sealed record ReadAllNotifications : ICommand<NotificationsRead>;

internal sealed class ReadAllNotificationsHandler(INotificationSets sets, IRequestContext context) : ICommandHandler<ReadAllNotifications, NotificationsRead>
{
    public async Task<NotificationsRead> Handle(ReadAllNotifications command, CancellationToken ct) => new(await sets.ReadAllAsync(context.Caller.UserId, ct));
}

/// <summary>Deletes one of your notifications.</summary>
[Requires(Permissions.NotificationsWrite)]
public sealed record DeleteNotification(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "notifications";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class DeleteNotificationHandler(IRepository<Notification> notifications, TimeProvider clock) : ICommandHandler<DeleteNotification, Guid>
{
    public async Task<Guid> Handle(DeleteNotification command, CancellationToken ct)
    {
        var (notification, now) = (await notifications.GetAsync(command.Id, ct), clock.GetUtcNow());
        notification.Delete(Ids.New(now), now);
        return notification.Id;
    }
}

/// <summary>Who leaves is told nothing any more, and takes along what he was told.</summary>
internal sealed class ForgetNotificationsWhenMemberRemoved(INotificationSets sets) : IDomainEventHandler<MemberRemoved>
{
    public Task HandleAsync(MemberRemoved removed, CancellationToken ct) => sets.ForgetAsync(removed.MemberId, ct);
}
