using Crm.Domain.Common;

namespace Crm.Domain.Pipelines;

/// <summary>The living stages of a pipeline, in order: what deals need to know of it.</summary>
public sealed record StageSet(Guid PipelineId, ValueList<Stage> Stages)
{
    /// <summary>Where deals that name no stage begin: the first OPEN one.</summary>
    public Stage First => Stages.First(s => s.Kind == StageKind.Open);

    /// <summary>The stage with this id, or null.</summary>
    public Stage? Find(Guid? id) => Stages.FirstOrDefault(s => s.Id == id);
}
