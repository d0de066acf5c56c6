using Crm.Api.Http;
using Crm.Application.Workflows;

namespace Crm.Api.Endpoints;

internal sealed class WorkflowEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("workflow-rules");
        routes.Post<RunWorkflowRule>("workflow-rules/{id}/run", Answers.Data);
        routes.Get<ListWorkflowRuns>("workflow-rules/{id}/runs");
        routes.Post<OpenWorkflowHook>("workflow-rules/{id}/hook", Answers.Record("workflow-rules"));
        routes.About("hooks", "Secret addresses by which other systems run workflow rules.");
        routes.Post<ReceiveHook>("hooks/{token}", Answers.Data);
        routes.Post<DryRunWorkflow>("workflow-rules/{id}/dry-run");
        routes.Post<BacktestWorkflow>("workflow-rules/{id}/backtest");
    }
}
