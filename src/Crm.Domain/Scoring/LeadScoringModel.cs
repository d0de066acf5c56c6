using System.Text.Json;
using Crm.Domain.Common;

namespace Crm.Domain.Scoring;

/// <summary>What is stated about a model. It never changes: another choice of members is another model.</summary>
public record LeadScoringModelDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>What it is for, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>Members of leads that it must not look at, such as <c>source</c> or <c>customFields.stage</c>: those that are set when the outcome is known.</summary>
    public ValueList<string> Exclude { get; init; } = [];
}

/// <summary>A model as it was fitted, and what it was fitted on.</summary>
/// <param name="Converted">How many of the leads were converted.</param>
/// <param name="Quality">How it did on those held out.</param>
public sealed record FittedModel(ScoringModel Model, int Leads, int Converted, ModelQuality Quality);

/// <summary>
/// A model fitted to the tenant's converted and lost leads. At most one is active: leads are scored by it until another is, or none.
/// </summary>
public sealed class LeadScoringModel : Record<LeadScoringModel, LeadScoringModelDetails>, IUnrestricted
{
    private LeadScoringModel() { }

    /// <summary>How many leads it was fitted on, without those held out.</summary>
    public int Leads { get; private set; }

    /// <summary>How many of them were converted.</summary>
    public int Converted { get; private set; }

    /// <summary>See <see cref="ModelQuality.Auc"/>.</summary>
    public decimal Auc { get; private set; }

    /// <summary>See <see cref="ModelQuality.BrierScore"/>.</summary>
    public decimal BrierScore { get; private set; }

    /// <summary>See <see cref="ModelQuality.CalibrationError"/>.</summary>
    public decimal CalibrationError { get; private set; }

    /// <summary>The <see cref="ModelQuality.Calibration"/> bins as JSON.</summary>
    public string Calibration { get; private set; } = "[]";

    /// <summary>The <see cref="ScoringModel"/> as JSON.</summary>
    public string Parameters { get; private set; } = "{}";

    /// <summary>Since when leads are scored by it; null while they are not.</summary>
    public DateTimeOffset? ActivatedAt { get; private set; }

    /// <summary>Keeps a model that was fitted. Raises <see cref="Created{LeadScoringModel}"/>.</summary>
    public static LeadScoringModel Train(Guid id, LeadScoringModelDetails details, FittedModel fitted, JsonSerializerOptions json)
    {
        var model = new LeadScoringModel
        {
            Id = id,
            Leads = fitted.Leads,
            Converted = fitted.Converted,
            Auc = Rounded(fitted.Quality.Auc),
            BrierScore = Rounded(fitted.Quality.BrierScore),
            CalibrationError = Rounded(fitted.Quality.CalibrationError),
            Calibration = JsonSerializer.Serialize(fitted.Quality.Calibration, json),
            Parameters = JsonSerializer.Serialize(fitted.Model, json),
        };
        model.Begin(details);
        return model;
    }

    /// <summary>Scores leads by it from now on. Raises <see cref="LeadScoringModelActivated"/>; an active one stays as it is.</summary>
    public void Activate(DateTimeOffset now)
    {
        if (ActivatedAt is not null) return;
        ActivatedAt = now;
        Raise(new LeadScoringModelActivated(Id));
    }

    /// <summary>Scores leads by it no longer. Raises <see cref="LeadScoringModelDeactivated"/>; one that is not active stays as it is.</summary>
    public void Deactivate()
    {
        if (ActivatedAt is null) return;
        ActivatedAt = null;
        Raise(new LeadScoringModelDeactivated(Id));
    }

    /// <inheritdoc/>
    protected override void EnsureDeletable()
    {
        if (ActivatedAt is not null) throw LeadScoringErrors.ModelIsActive();
    }

    /// <inheritdoc/>
    protected override void Guard(LeadScoringModelDetails? before, LeadScoringModelDetails after) => Require.Text(after.Name, "name");

    private static decimal Rounded(double figure) => Math.Round((decimal)figure, 4);
}

/// <summary>Leads are scored by this model from now on.</summary>
public sealed record LeadScoringModelActivated(Guid LeadScoringModelId) : IDomainEvent;

/// <summary>Leads are scored by this model no longer.</summary>
public sealed record LeadScoringModelDeactivated(Guid LeadScoringModelId) : IDomainEvent;

/// <summary>The ways in which scoring refuses.</summary>
public static class LeadScoringErrors
{
    /// <summary>409: leads are scored by the model.</summary>
    public static CrmException ModelIsActive() => CrmException.Conflict("INVALID_STATE", "Leads are scored by this model; deactivate it first.");

    /// <summary>409: there is too little to learn from.</summary>
    public static CrmException TooFewLeads(int converted, int lost, int least) => CrmException.Conflict("INVALID_STATE",
        $"A model needs {least} converted and {least} lost leads to learn from and some of both to be judged on; there are {converted} and {lost}.");
}
