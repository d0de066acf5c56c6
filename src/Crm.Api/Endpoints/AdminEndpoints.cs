using Crm.Api.Http;
using Crm.Application.Schedules;

namespace Crm.Api.Endpoints;

internal sealed class AdminEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("admin", "How the service itself is doing, for administrators.");
        routes.Get<ListSchedules>("admin/schedules");
    }
}
