using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Pipelines;

namespace Crm.Application.Pipelines;

/// <summary>
/// Changes a pipeline; the list of stages is replaced whole. INVALID_STATE: a stage that deals stand in would go, or the tenant would
/// be left without a default pipeline.
/// </summary>
[Requires(Permissions.PipelinesWrite)]
public sealed record UpdatePipeline(Guid Id, Patch<PipelineDetails> Changes) : ChangesRecord<Pipeline, PipelineDetails>(Id, Changes);

internal sealed class UpdatePipelineHandler(IPipelineRepository pipelines, TimeProvider clock) : ICommandHandler<UpdatePipeline, Guid>
{
    public async Task<Guid> Handle(UpdatePipeline command, CancellationToken ct)
    {
        // The former default is locked first, whoever it is, so that two commands that swap it never wait for each other in a ring.
        var former = command.Changes.Has("isDefault") ? await pipelines.FindDefaultAsync(ct) : null;
        var pipeline = await pipelines.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(pipeline.Details);
        // A replacement that does not speak of it leaves the default what it is.
        if (!command.Changes.Has("isDefault")) details = details with { IsDefault = pipeline.Details.IsDefault };
        if (details.IsDefault && former is not null && former.Id != pipeline.Id) former.StepDown();
        var vacated = pipeline.Redraw(details, clock.GetUtcNow());
        if (vacated.Count > 0 && await pipelines.AreUsedAsync(vacated, ct)) throw PipelineErrors.StageInUse();
        return pipeline.Id;
    }
}
