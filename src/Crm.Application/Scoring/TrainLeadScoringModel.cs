using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Scoring;
using FluentValidation;

namespace Crm.Application.Scoring;

/// <summary>
/// Fits a model to the converted and lost leads, each as it was before it was decided, and judges it on three in ten of them that it was not fitted on. It scores
/// nothing until it is activated. INVALID_STATE: fewer than 25 converted or 25 lost leads.
/// </summary>
[Requires(Permissions.LeadScoringWrite)]
public sealed record TrainLeadScoringModel(LeadScoringModelDetails Details) : ICommand<Guid>
{
    /// <summary>What came of it before the transaction.</summary>
    internal FittedModel? Fitted { get; set; }
}

internal sealed class TrainLeadScoringModelValidator : AbstractValidator<TrainLeadScoringModel>
{
    public TrainLeadScoringModelValidator(LeadScoringModelResource models) => RuleFor(c => c.Details).Meets(models);
}

/// <summary>Reads and fits before the transaction opens: it takes seconds, and an open transaction would hold back everybody who reads the log.</summary>
internal sealed class FitModelBeforeTraining(PastLeads past, IModelTrainer trainer, IRequestContext context) : IPreparation<TrainLeadScoringModel>
{
    /// <summary>Of each outcome; with fewer, a handful of members fits anything.</summary>
    private const int Least = 25;

    public async Task PrepareAsync(TrainLeadScoringModel command, CancellationToken ct)
    {
        EnsureKnown(command.Details.Exclude);
        var leads = await past.ReadAsync(command.Details.Exclude, ct);
        var converted = leads.Count(l => l.Won);
        var heldOut = leads.Where(l => HoldOut.Has(l.Id)).ToList();
        if (converted < Least || leads.Count - converted < Least || heldOut.DistinctBy(l => l.Won).Count() < 2) throw LeadScoringErrors.TooFewLeads(converted, leads.Count - converted, Least);
        var known = leads.Where(l => !HoldOut.Has(l.Id)).ToList();
        var model = await trainer.FitAsync(known, ct);
        command.Fitted = new FittedModel(model, known.Count, known.Count(l => l.Won), ModelQuality.Of([.. heldOut.Select(l => (model.Probability(l.Facts), l.Won))])!);
    }

    /// <summary>A slip in a name would leave a member in that gives the outcome away.</summary>
    private void EnsureKnown(IReadOnlyList<string> exclude)
    {
        var fields = context.Caller.CustomFields.Of("leads");
        for (var i = 0; i < exclude.Count; i++)
            if (!LeadFacts.Members.Contains(exclude[i]) && fields.At(exclude[i]) is null)
                throw CrmException.Validation($"exclude[{i}]", $"must be one of {string.Join(", ", LeadFacts.Members)} or a custom field of leads");
    }
}

internal sealed class TrainLeadScoringModelHandler(IRepository<LeadScoringModel> models, TimeProvider clock) : ICommandHandler<TrainLeadScoringModel, Guid>
{
    public Task<Guid> Handle(TrainLeadScoringModel command, CancellationToken ct)
    {
        var model = LeadScoringModel.Train(Ids.New(clock.GetUtcNow()), command.Details, command.Fitted!, WireJson.Options);
        models.Add(model);
        return Task.FromResult(model.Id);
    }
}
