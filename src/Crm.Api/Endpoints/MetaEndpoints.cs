using Crm.Api.Http;
using Crm.Application.Meta;

namespace Crm.Api.Endpoints;

internal sealed class MetaEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("meta", "What resources are made of, for generic clients.");
        routes.Get<ListPermissions>("meta/permissions");
        routes.Get<DescribeResource>("meta/{resource}");
        routes.Describe<DescribeDeclared>("meta");
    }
}
