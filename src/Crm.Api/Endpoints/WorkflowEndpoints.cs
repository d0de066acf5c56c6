using Crm.Api.Http;
using Crm.Application.Mail;
using Crm.Application.Workflows;

namespace Crm.Api.Endpoints;

internal sealed class WorkflowEndpoints : IEndpoints
{
    private const int EmailLimit = 16 << 20;

    public void Map(Routes routes)
    {
        routes.Resource("workflow-rules");
        routes.Post<RunWorkflowRule>("workflow-rules/{id}/run", Answers.Data);
        routes.Get<ListWorkflowRuns>("workflow-rules/{id}/runs");
        routes.Post<OpenWorkflowHook>("workflow-rules/{id}/hook", Answers.Record("workflow-rules"));
        routes.About("hooks", "Secret addresses by which other systems run workflow rules and hand in e-mails.");
        routes.Post<ReceiveHook>("hooks/{token}", Answers.Data);
        routes.Raw<ReceiveEmail>("hooks/email/{token}", "message/rfc822", EmailLimit);
        routes.About("inbound-email", "The secret address at which the organization takes e-mails, which set off workflow rules.");
        routes.Get<GetInboundEmail>("inbound-email");
        routes.Post<OpenInboundEmail>("inbound-email", Answers.Created);
        routes.Delete<CloseInboundEmail>("inbound-email");
        routes.Post<DryRunWorkflow>("workflow-rules/{id}/dry-run");
        routes.Post<BacktestWorkflow>("workflow-rules/{id}/backtest");
    }
}
