using Crm.Api.Http;
using Crm.Application.Work;

namespace Crm.Api.Endpoints;

internal sealed class TaskEndpoints : IEndpoints
{
    public void Map(Routes routes)
    {
        routes.Resource("tasks");
        routes.Put<CompleteTask>("tasks/{id}/complete", Answers.Record("tasks"));
    }
}
