using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>The declaration of fitted models. They are trained, activated and deleted, never changed.</summary>
public sealed class LeadScoringModelResource : Resource<LeadScoringModel, LeadScoringModelDetails>
{
    /// <summary>Declares the members.</summary>
    public LeadScoringModelResource() : base("lead-scoring/models", "lead scoring model")
    {
        Table = "lead_scoring_models";
        Text(x => x.Name).Required().Sort().Says("What the model is called.", "\"Spring\"");
        Text(x => x.Description).Limit(20_000).NoFilter().Says("What it is for.", "\"Without the members that salespeople fill in\"");
        Words(x => x.Exclude).NoFilter().Says("Members of leads it must not look at, because they are set when the outcome is known: source, or customFields.stage.", """["source"]""");
        ReadOnly("leads", FieldKind.Integer).NotNull().Sort().Says("How many leads it was fitted on.");
        ReadOnly("converted", FieldKind.Integer).NotNull().Says("How many of them were converted.");
        ReadOnly("auc", FieldKind.Decimal).NotNull().Sort().Says("Area under the ROC curve on the leads held out, 0–1; 0.5 is chance.");
        ReadOnly("brierScore", FieldKind.Decimal).NotNull().Sort().Says("Mean squared error of the probability on the leads held out, 0–1; less is better.");
        ReadOnly("calibrationError", FieldKind.Decimal).NotNull().Sort().Says("Mean distance of predicted and observed rates on the leads held out, 0–1.");
        ReadOnly("calibration", FieldKind.Embedded, expression: "t.calibration").NotNull().NoFilter().Says("The leads held out in ten bins by their probability: leads, predicted, observed.");
        ReadOnly("features", FieldKind.Embedded, expression: "(t.parameters::jsonb -> 'features')::text").NotNull().NoFilter().Says("What it looks at, and how much each adds, in log-odds.");
        ReadOnly("activatedAt", FieldKind.Instant).Sort().Says("Since when leads are scored by it; null while they are not.");
        Common();
    }

    /// <inheritdoc/>
    protected override string PermissionName => "lead-scoring";

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(LeadScoringModelDetails details) => new TrainLeadScoringModel(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<LeadScoringModelDetails> patch) => throw new NotSupportedException("Models never change.");
}

/// <summary>A model's own members, as events carry them.</summary>
public sealed record LeadScoringModelState : LeadScoringModelDetails
{
    /// <summary>How many leads it was fitted on.</summary>
    public int Leads { get; init; }
    /// <summary>How many of them were converted.</summary>
    public int Converted { get; init; }
    /// <summary>Area under the ROC curve.</summary>
    public decimal Auc { get; init; }
    /// <summary>Mean squared error.</summary>
    public decimal BrierScore { get; init; }
    /// <summary>Distance of predicted and observed rates.</summary>
    public decimal CalibrationError { get; init; }
    /// <summary>Since when leads are scored by it.</summary>
    public DateTimeOffset? ActivatedAt { get; init; }
}

internal sealed class LeadScoringModelStateProfile : StateProfile<LeadScoringModel, LeadScoringModelDetails, LeadScoringModelState>;
