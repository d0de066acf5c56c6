using Crm.Api.Http;
using Crm.Application.Tagging;

namespace Crm.Api.Endpoints;

internal sealed class TagEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Get<ListTags>("tags");
        routes.Post<RenameTag>("tags/rename");
        routes.Post<MergeTags>("tags/merge");
    }
}
