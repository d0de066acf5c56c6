using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>Deletes a record of any resource softly, with the work that is linked to nothing else.</summary>
public sealed record DeleteRecord(Resource Resource, Guid Id) : ICommand<Guid>, IRequiresPermission, IConcernsResource, IAuditedSubject
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("delete");
    string? IAuditedSubject.Resource => Resource.Name;
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class DeleteRecordHandler(IRecordStore records, TimeProvider clock) : ICommandHandler<DeleteRecord, Guid>
{
    public async Task<Guid> Handle(DeleteRecord command, CancellationToken ct)
    {
        var (resource, id) = (command.Resource, command.Id);
        var record = await records.GetAsync(resource, id, ct);
        if (resource.KeptBy.Count > 0 && await records.IsKeptAsync(resource, id, ct))
            throw CrmException.Conflict("INVALID_STATE", $"The {resource.Singular} is in use and cannot be deleted.");
        var (deletion, now) = (Ids.New(clock.GetUtcNow()), clock.GetUtcNow());
        record.Delete(deletion, now);
        foreach (var work in await records.LinkedOnlyToAsync(resource, id, ct)) work.Delete(deletion, now);
        return id;
    }
}

/// <summary>Brings back a deleted record and exactly what fell with it.</summary>
public sealed record RestoreRecord(Resource Resource, Guid Id) : ICommand<Guid>, IRequiresPermission, IConcernsResource, IAuditedSubject
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("delete");
    string? IAuditedSubject.Resource => Resource.Name;
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RestoreRecordHandler(IRecordStore records) : ICommandHandler<RestoreRecord, Guid>
{
    public async Task<Guid> Handle(RestoreRecord command, CancellationToken ct)
    {
        var record = await records.GetDeletedAsync(command.Resource, command.Id, ct);
        if (record.DeletedAt is null) throw CrmException.Conflict("INVALID_STATE", $"The {command.Resource.Singular} is not deleted.");
        if (record.DeletionId is { } deletion)
            foreach (var fallen in await records.FallenWithAsync(deletion, ct)) fallen.Restore();
        record.Restore();
        return command.Id;
    }
}
