using Crm.Api.Http;
using Crm.Application.Notifications;

namespace Crm.Api.Endpoints;

internal sealed class NotificationEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Reads("notifications");
        routes.Get<CountUnreadNotifications>("notifications/unread-count");
        routes.Get<GetNotificationPreferences>("notifications/preferences");
        routes.Put<SetNotificationPreferences>("notifications/preferences");
        routes.Put<ReadAllNotifications>("notifications/read-all");
        routes.Put<ReadNotification>("notifications/{id}/read", Answers.Record("notifications"));
        routes.Delete<DeleteNotification>("notifications/{id}");
    }
}
