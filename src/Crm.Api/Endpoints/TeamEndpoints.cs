using Crm.Api.Http;
using Crm.Application.Invitations;
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
        routes.Reads("team/links");
        routes.Post<LinkMember>("team/links", Answers.CreatedRecord("team/links"));
        routes.Delete<UnlinkMember>("team/links/{id}");
        routes.Patch<UpdateMember>("team/members/{id}", Answers.Record("team/members"));
        routes.Delete<RemoveMember>("team/members/{id}");
        routes.Reads("team/invitations");
        routes.Post<InviteMember>("team/invitations", Answers.CreatedRecord("team/invitations"));
        routes.Delete<RevokeInvitation>("team/invitations/{id}");
        routes.Post<ResendInvitation>("team/invitations/{id}/resend", Answers.Record("team/invitations"));
    }
}
