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
        routes.Post<DryRunWorkflow>("workflow-rules/{id}/dry-run");
        routes.Post<BacktestWorkflow>("workflow-rules/{id}/backtest");
    }
}
