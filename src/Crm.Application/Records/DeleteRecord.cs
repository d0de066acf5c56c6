using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>Deletes a record of any resource softly, with the work that is linked to nothing else and the files attached to either.</summary>
public sealed record DeleteRecord(Resource Resource, Guid Id) : ICommand<Guid>, IRequiresPermission, IConcernsResource, IAuditedSubject
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("delete");
    string? IAuditedSubject.Resource => Resource.Name;
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class DeleteRecordHandler(IRecordStore records, IRequestContext context, TimeProvider clock) : ICommandHandler<DeleteRecord, Guid>
{
    public async Task<Guid> Handle(DeleteRecord command, CancellationToken ct)
    {
        var (resource, id) = (command.Resource, command.Id);
        var record = await records.GetAsync(resource, id, ct);
        Attachment.EnsureMayChange(context.Caller, resource, record);
        if (resource.KeptBy.Count > 0 && await records.IsKeptAsync(resource, id, ct))
            throw CrmException.Conflict("INVALID_STATE", $"The {resource.Singular} is in use and cannot be deleted.");
        var (deletion, now) = (Ids.New(clock.GetUtcNow()), clock.GetUtcNow());
        record.Delete(deletion, now);
        foreach (var falling in await records.FallingWithAsync(resource, id, ct)) falling.Delete(deletion, now);
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

internal sealed class RestoreRecordHandler(IRecordStore records, IRequestContext context) : ICommandHandler<RestoreRecord, Guid>
{
    public async Task<Guid> Handle(RestoreRecord command, CancellationToken ct)
    {
        var record = await records.GetDeletedAsync(command.Resource, command.Id, ct);
        Attachment.EnsureMayChange(context.Caller, command.Resource, record);
        if (record.DeletedAt is null) throw CrmException.Conflict("INVALID_STATE", $"The {command.Resource.Singular} is not deleted.");
        if (record is IAttached { AttachedTo: var link } && !await records.HoldLivingAsync(Attachment.Target(command.Resource, link), link.Id, ct))
            throw CrmException.Conflict("INVALID_STATE", $"The record that the {command.Resource.Singular} is attached to is deleted.");
        if (record.DeletionId is { } deletion)
            foreach (var fallen in await records.FallenWithAsync(command.Resource, command.Id, deletion, ct)) fallen.Restore();
        record.Restore();
        return command.Id;
    }
}
