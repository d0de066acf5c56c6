using Crm.Api.Http;
using Crm.Application.Identity;
using Crm.Application.Invitations;

namespace Crm.Api.Endpoints;

internal sealed class AuthEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.About("auth", "Registration, signing in and out, and who you are.");
        routes.Post<RegisterTenant>("auth/register", Answers.Created);
        routes.Post<Login>("auth/login");
        routes.Post<LoginWithTotp>("auth/login/totp");
        routes.Post<RefreshSession>("auth/refresh");
        routes.Post<Logout>("auth/logout", Answers.NoContent);
        routes.Post<ChangePassword>("auth/change-password", Answers.NoContent);
        routes.Post<ForgotPassword>("auth/forgot-password", Answers.Accepted);
        routes.Post<ResetPassword>("auth/reset-password", Answers.NoContent);
        routes.Post<AcceptInvitation>("auth/accept-invitation");
        routes.Get<ListSessions>("auth/sessions");
        routes.Delete<EndSession>("auth/sessions/{id}");
        routes.Delete<EndOtherSessions>("auth/sessions");
        routes.Get<GetTotp>("auth/totp");
        routes.Post<EnrolTotp>("auth/totp");
        routes.Post<ConfirmTotp>("auth/totp/confirm");
        routes.Post<DisableTotp>("auth/totp/disable", Answers.NoContent);
        routes.Post<RenewRecoveryCodes>("auth/totp/recovery-codes");
        routes.Get<GetMe>("auth/me", of: MeResource.Own);
        routes.Patch<UpdateMe>("auth/me", Answers.Record(MeResource.Own), of: MeResource.Own);
    }
}
