using Crm.Api.Http;
using Crm.Application.Auditing;

namespace Crm.Api.Endpoints;

internal sealed class AuditEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("audit", "Who did what, and what was refused.");
        routes.Get<GetAudit>("audit");
    }
}
