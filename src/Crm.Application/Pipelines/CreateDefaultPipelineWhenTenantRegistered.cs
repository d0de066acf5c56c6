using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Pipelines;
using Crm.Domain.Tenants;

namespace Crm.Application.Pipelines;

/// <summary>Gives a new organization the pipeline its deals begin in (product.md §4).</summary>
internal sealed class CreateDefaultPipelineWhenTenantRegistered(IPipelineRepository pipelines, TimeProvider clock) : IDomainEventHandler<TenantRegistered>
{
    public Task HandleAsync(TenantRegistered happened, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        pipelines.Add(Pipeline.DefineStandard(Ids.New(now), now));
        return Task.CompletedTask;
    }
}
