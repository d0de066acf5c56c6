using Crm.Api.Http;
using Crm.Application.Approvals;

namespace Crm.Api.Endpoints;

internal sealed class ApprovalEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Reads("approvals");
        routes.Post<RequestApproval>("approvals", Answers.CreatedRecord("approvals"));
        routes.Post<ApproveApproval>("approvals/{id}/approve", Answers.Record("approvals"));
        routes.Post<RejectApproval>("approvals/{id}/reject", Answers.Record("approvals"));
        routes.Post<DelegateApproval>("approvals/{id}/delegate", Answers.Record("approvals"));
    }
}
