using Crm.Domain.Common;

namespace Crm.Domain.Pipelines;

/// <summary>The way deals take, stage by stage; every member sees it.</summary>
public sealed class Pipeline : Record<Pipeline, PipelineDetails>, IUnrestricted
{
    /// <summary>The most stages a pipeline has.</summary>
    public const int MaxStages = 100;

    private Pipeline() { }

    /// <summary>Defines a new pipeline. Raises <see cref="Created{Pipeline}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, a stage out of range, no OPEN stage. UNPROCESSABLE: a stage with an id.</exception>
    public static Pipeline Define(Guid id, PipelineDetails details, DateTimeOffset now)
    {
        var pipeline = new Pipeline { Id = id };
        pipeline.Begin(Settled([], details, now));
        return pipeline;
    }

    /// <summary>The pipeline every organization begins with (product.md §4).</summary>
    public static Pipeline DefineStandard(Guid id, DateTimeOffset now) => Define(id, new PipelineDetails
    {
        Name = "Sales",
        IsDefault = true,
        Stages =
        [
            new Stage { Name = "LEAD", Probability = 10 },
            new Stage { Name = "QUALIFIED", Probability = 25 },
            new Stage { Name = "PROPOSAL", Probability = 50 },
            new Stage { Name = "NEGOTIATION", Probability = 75 },
            new Stage { Name = "CLOSED_WON", Probability = 100, Kind = StageKind.Won },
            new Stage { Name = "CLOSED_LOST", Probability = 0, Kind = StageKind.Lost },
        ],
    }, now);

    /// <summary>Changes the pipeline; stages that stay keep their ids. Raises <see cref="Updated{Pipeline}"/>. Answers
    /// the stages that went or are of another kind now: no deal may stand in them.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE: a stage's id that is not of this pipeline. INVALID_STATE: the default would be none any more.</exception>
    public IReadOnlyList<Guid> Redraw(PipelineDetails details, DateTimeOffset now)
    {
        if (Details.IsDefault && !details.IsDefault) throw PipelineErrors.NeedsDefault();
        var before = Details.Stages;
        Revise(Settled(before, details, now));
        return [.. before.Where(was => Details.Stages.FirstOrDefault(s => s.Id == was.Id)?.Kind != was.Kind).Select(s => s.Id!.Value)];
    }

    /// <summary>Another pipeline has become the default. Raises <see cref="Updated{Pipeline}"/>.</summary>
    public void StepDown() => Revise(Details with { IsDefault = false });

    /// <inheritdoc/>
    protected override void EnsureDeletable()
    {
        if (Details.IsDefault) throw PipelineErrors.NeedsDefault();
    }

    /// <inheritdoc/>
    protected override void Guard(PipelineDetails? before, PipelineDetails after)
    {
        Require.Text(after.Name, "name");
        var errors = new Dictionary<string, string[]>();
        for (var i = 0; i < after.Stages.Count; i++)
        {
            var stage = after.Stages[i];
            if (stage.Name.Length == 0) errors[$"stages[{i}].name"] = ["must not be empty"];
            else if (Characters.Exceed(stage.Name, 300)) errors[$"stages[{i}].name"] = ["must be at most 300 characters"];
            if (stage.Probability is < 0 or > 100) errors[$"stages[{i}].probability"] = ["must be between 0 and 100"];
            if (stage.Position < 0) errors[$"stages[{i}].position"] = ["must be at least 0"];
        }
        if (after.Stages.All(s => s.Kind != StageKind.Open)) errors["stages"] = ["must have at least one OPEN stage"];
        else if (after.Stages.Count > MaxStages) errors["stages"] = [$"must be at most {MaxStages}"];
        if (errors.Count > 0) throw CrmException.Validation(errors);
    }

    /// <summary>The stages in order, each with its id, place and probability. A stage sent without id is the stored one of the same name.</summary>
    private static PipelineDetails Settled(ValueList<Stage> stored, PipelineDetails details, DateTimeOffset now)
    {
        var matched = ChildItems.Matched(stored, details.Stages, "stages", now, (was, _, sent, _) => was.Name == sent.Name);
        return details with
        {
            Stages = ValueList.Of(matched
                .Select((stage, i) => stage with { Position = stage.Place(i), Probability = stage.Probability ?? Usual(stage.Kind) })
                .OrderBy(stage => stage.Position)),
        };
    }

    private static int Usual(StageKind kind) => kind switch { StageKind.Won => 100, StageKind.Lost => 0, _ => 50 };
}

/// <summary>The ways in which a pipeline refuses.</summary>
public static class PipelineErrors
{
    /// <summary>409: there is always exactly one default; it goes by making another one the default.</summary>
    public static CrmException NeedsDefault() =>
        CrmException.Conflict("INVALID_STATE", "This is the default pipeline. Make another one the default first.");

    /// <summary>409: deals stand in the stage.</summary>
    public static CrmException StageInUse() =>
        CrmException.Conflict("INVALID_STATE", "A stage that deals stand in can neither be removed nor become one of another kind.");
}
