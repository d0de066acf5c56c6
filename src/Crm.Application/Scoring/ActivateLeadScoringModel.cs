using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>Models, with the question of their own.</summary>
public interface ILeadScoringModelRepository : IRepository<LeadScoringModel>
{
    /// <summary>The one leads are scored by, locked; null when there is none.</summary>
    Task<LeadScoringModel?> FindActiveAsync(CancellationToken ct);
}

/// <summary>Scores leads by this model from now on, and no longer by another. All open leads are scored anew in the background.</summary>
[Requires(Permissions.LeadScoringWrite)]
public sealed record ActivateLeadScoringModel(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "lead-scoring/models";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ActivateLeadScoringModelHandler(ILeadScoringModelRepository models, TimeProvider clock) : ICommandHandler<ActivateLeadScoringModel, Guid>
{
    public async Task<Guid> Handle(ActivateLeadScoringModel command, CancellationToken ct)
    {
        // The active one first, always: two who activate different models wait for each other here.
        var active = await models.FindActiveAsync(ct);
        var model = await models.GetAsync(command.Id, ct);
        if (active is not null && active.Id != model.Id) active.Deactivate();
        model.Activate(clock.GetUtcNow());
        return model.Id;
    }
}

/// <summary>Scores leads by no model any more; by rules alone, if there are any.</summary>
[Requires(Permissions.LeadScoringWrite)]
public sealed record DeactivateLeadScoringModel(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "lead-scoring/models";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class DeactivateLeadScoringModelHandler(ILeadScoringModelRepository models) : ICommandHandler<DeactivateLeadScoringModel, Guid>
{
    public async Task<Guid> Handle(DeactivateLeadScoringModel command, CancellationToken ct)
    {
        var model = await models.GetAsync(command.Id, ct);
        model.Deactivate();
        return model.Id;
    }
}

/// <summary>Deletes a model. INVALID_STATE: leads are scored by it.</summary>
[Requires(Permissions.LeadScoringDelete)]
public sealed record DeleteLeadScoringModel(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "lead-scoring/models";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class DeleteLeadScoringModelHandler(ILeadScoringModelRepository models, TimeProvider clock) : ICommandHandler<DeleteLeadScoringModel, Guid>
{
    public async Task<Guid> Handle(DeleteLeadScoringModel command, CancellationToken ct)
    {
        var (model, now) = (await models.GetAsync(command.Id, ct), clock.GetUtcNow());
        model.Delete(Ids.New(now), now);
        return model.Id;
    }
}
