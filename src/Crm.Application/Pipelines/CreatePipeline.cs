using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Pipelines;
using FluentValidation;

namespace Crm.Application.Pipelines;

/// <summary>Defines a pipeline. As the new default it takes that from the former one.</summary>
[Requires(Permissions.PipelinesWrite)]
public sealed record CreatePipeline(PipelineDetails Details) : ICommand<Guid>;

internal sealed class CreatePipelineValidator : AbstractValidator<CreatePipeline>
{
    public CreatePipelineValidator(PipelineResource pipelines) => RuleFor(c => c.Details).Meets(pipelines);
}

internal sealed class CreatePipelineHandler(IPipelineRepository pipelines, TimeProvider clock) : ICommandHandler<CreatePipeline, Guid>
{
    public async Task<Guid> Handle(CreatePipeline command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var pipeline = Pipeline.Define(Ids.New(now), command.Details, now);
        if (pipeline.Details.IsDefault && await pipelines.FindDefaultAsync(ct) is { } former) former.StepDown();
        pipelines.Add(pipeline);
        return pipeline.Id;
    }
}
