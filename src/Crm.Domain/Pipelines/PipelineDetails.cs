using Crm.Domain.Common;

namespace Crm.Domain.Pipelines;

/// <summary>What standing in a stage means for a deal.</summary>
public enum StageKind
{
    /// <summary>It is being worked on.</summary>
    Open,
    /// <summary>It is closed and won.</summary>
    Won,
    /// <summary>It is closed and lost.</summary>
    Lost,
}

/// <summary>One stage of a pipeline.</summary>
public sealed record Stage : ChildItem
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>How likely a deal in it is won, 0–100. Unless stated: 100 for WON, 0 for LOST, 50 for OPEN.</summary>
    public int? Probability { get; init; }
    /// <summary>What standing in it means; OPEN unless stated.</summary>
    public StageKind Kind { get; init; } = StageKind.Open;
    /// <summary>Its place; the index in the list unless stated.</summary>
    public int? Position { get; init; }

    /// <inheritdoc/>
    public override int Place(int index) => Position ?? index;

    /// <inheritdoc/>
    public override ChildItem ReadBack(Guid id, int place) => this with { Id = id, Position = place };
}

/// <summary>What users state about a pipeline (product.md §4).</summary>
public record PipelineDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>Whether deals that name no pipeline begin in this one. Exactly one is the default.</summary>
    public bool IsDefault { get; init; }
    /// <summary>The stages, in order: 1–100, at least one of them OPEN.</summary>
    public required ValueList<Stage> Stages { get; init; }
}
