using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>A command that changes one record by a patch.</summary>
public interface IChangesRecord
{
    /// <summary>The record; some commands mean the caller's own.</summary>
    Guid IdFor(Caller caller);

    /// <summary>The change.</summary>
    IPatch Patch { get; }

    /// <summary>The aggregate's type.</summary>
    Type Aggregate { get; }

    /// <summary>The view through which the caller sees the record; null = the resource itself.</summary>
    string? View => null;
}

/// <summary>A command that changes the details of one record by a patch. Answers the record's id.</summary>
public abstract record ChangesRecord<TAggregate, TDetails>(Guid Id, Patch<TDetails> Changes) : ICommand<Guid>, IChangesRecord, IAuditedSubject
    where TAggregate : AggregateRoot
    where TDetails : RecordDetails
{
    Guid IChangesRecord.IdFor(Caller caller) => Id;
    IPatch IChangesRecord.Patch => Changes;
    Type IChangesRecord.Aggregate => typeof(TAggregate);
    string? IAuditedSubject.Resource => RecordName.Plural(typeof(TAggregate));
    Guid? IAuditedSubject.RecordId => Id;
}

/// <summary>What most changes are: load the record, revise its details by the patch.</summary>
internal abstract class RevisesRecord<TCommand, TAggregate, TDetails>(IRepository<TAggregate> records) : ICommandHandler<TCommand, Guid>
    where TCommand : ChangesRecord<TAggregate, TDetails>
    where TAggregate : Record<TAggregate, TDetails>
    where TDetails : RecordDetails
{
    public async Task<Guid> Handle(TCommand command, CancellationToken ct)
    {
        var record = await records.GetAsync(command.Id, ct);
        record.Revise(command.Changes.ApplyTo(record.Details));
        return record.Id;
    }
}
