using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Pipelines;

namespace Crm.Application.Pipelines;

/// <summary>The declaration of pipelines; every member of the tenant sees them.</summary>
public sealed class PipelineResource : Resource<Pipeline, PipelineDetails>
{
    private const string StagesSql = """
        (select coalesce(json_agg(json_build_object('id', s.id, 'name', s.name, 'probability', s.probability, 'kind', s.kind, 'position', s.position)
          order by s.position, s.id), '[]')::text from crm_read.pipeline_stages s
          where s.tenant_id = @TenantId and s.pipeline_id = t.id and s.deleted_at is not distinct from t.deleted_at)
        """;

    /// <summary>Declares the members.</summary>
    public PipelineResource() : base("pipelines", "pipeline")
    {
        KeptBy = [("deals", "pipeline_id")];
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Sales\"");
        Boolean(x => x.IsDefault).Says("Whether deals that name no pipeline begin in it. Making one the default takes that from the other.", "false");
        Other(x => x.Stages, FieldKind.Embedded).Required().NoFilter().Reads(StagesSql)
            .Says("The stages, in order, replaced whole; one with an id is that stage, changed. A stage that deals stand in cannot go. At least one is OPEN.",
                """[{"name": "Lead", "probability": 10}, {"name": "Won", "probability": 100, "kind": "WON"}, {"name": "Lost", "probability": 0, "kind": "LOST"}]""");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(PipelineDetails details) => new CreatePipeline(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<PipelineDetails> patch) => new UpdatePipeline(id, patch);
}

/// <summary>A pipeline's own members, as events carry them.</summary>
public sealed record PipelineState : PipelineDetails;

internal sealed class PipelineStateProfile : StateProfile<Pipeline, PipelineDetails, PipelineState>;
