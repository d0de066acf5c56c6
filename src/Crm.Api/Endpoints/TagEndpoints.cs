using Crm.Api.Http;
using Crm.Application.Tagging;

namespace Crm.Api.Endpoints;

internal sealed class TagEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("tags", "Labels on records of all kinds: how often each is used, and new names for them.");
        routes.Get<ListTags>("tags");
        routes.Post<RenameTag>("tags/rename");
        routes.Post<MergeTags>("tags/merge");
    }
}
