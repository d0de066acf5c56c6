using Crm.Api.Http;
using Crm.Application.Members;

namespace Crm.Api.Endpoints;

internal sealed class TeamEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("teams");
        routes.Reads("team/members");
        routes.Post<AddMember>("team/members", Answers.CreatedRecord("team/members"));
        routes.Post<AddServiceUser>("team/service-users", Answers.CreatedRecord("team/members"));
        routes.Patch<UpdateMember>("team/members/{id}", Answers.Record("team/members"));
        routes.Delete<RemoveMember>("team/members/{id}");
    }
}
