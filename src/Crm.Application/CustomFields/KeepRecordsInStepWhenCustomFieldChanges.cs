using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;

namespace Crm.Application.CustomFields;

/// <summary>
/// What a changed definition means for the records there are: a field that becomes unique is checked at once; an index and the words of searches are
/// brought in step after the commit, by the outbox, so that the change itself takes no longer in a large tenant than in a small one.
/// </summary>
internal sealed class KeepRecordsInStepWhenCustomFieldChanges(ICustomFieldRepository fields, IOutbox outbox)
    : IDomainEventHandler<Created<CustomField>>, IDomainEventHandler<Updated<CustomField>>, IDomainEventHandler<Deleted<CustomField>>,
        IDomainEventHandler<Restored<CustomField>>, IDomainEventHandler<CustomFieldRetired>, IDomainEventHandler<CustomFieldReinstated>
{
    /// <summary>The most values that are compared within one command: a second or two.</summary>
    internal const int MostCompared = 100_000;

    public Task HandleAsync(Created<CustomField> created, CancellationToken ct) => ComeIntoUseAsync(created.Id, null, ct);

    public Task HandleAsync(Restored<CustomField> restored, CancellationToken ct) => ComeIntoUseAsync(restored.Id, restored, ct);

    public Task HandleAsync(CustomFieldReinstated reinstated, CancellationToken ct) => ComeIntoUseAsync(reinstated.CustomFieldId, reinstated, ct);

    public Task HandleAsync(Deleted<CustomField> deleted, CancellationToken ct) => GoOutOfUseAsync(deleted.Id, deleted, ct);

    public Task HandleAsync(CustomFieldRetired retired, CancellationToken ct) => GoOutOfUseAsync(retired.CustomFieldId, retired, ct);

    public async Task HandleAsync(Updated<CustomField> updated, CancellationToken ct)
    {
        var (index, words) = (updated.Members.Any(m => m is "unique" or "indexed"), updated.Members.Contains("searchable"));
        if (!index && !words && !updated.Members.Any(m => m is "required" or "options")) return;
        await fields.HoldValuesAsync(ct);
        if (!index && !words) return;
        var field = (await fields.FindEvenDeletedAsync(updated.Id, ct))!;
        if (field.LacksValues) await IndexAsync(field, ct);
        if (words || field.LacksValues) field.RequestUpkeep();
        // Even with nothing to enter, entries of the index before may have to go.
        outbox.Enqueue(updated, ICustomFieldRepository.Upkeep);
    }

    private async Task IndexAsync(CustomField field, CancellationToken ct)
    {
        var most = field.Details.MaxLength();
        if (field.Details.Type == CustomFieldType.Text && await fields.HasTextsLongerThanAsync(field, most, ct)) throw CustomFieldErrors.TooLongToIndex(most);
        if (!field.Details.Unique) return;
        var (values, repeated) = await fields.BuildIndexAsync(field, MostCompared, ct);
        if (values > MostCompared) throw CustomFieldErrors.TooManyToCompare(MostCompared);
        if (repeated) throw CustomFieldErrors.NotUnique();
        field.IndexIsBuilt();
    }

    private async Task ComeIntoUseAsync(Guid id, IDomainEvent? cause, CancellationToken ct)
    {
        await fields.HoldValuesAsync(ct);
        var field = (await fields.FindEvenDeletedAsync(id, ct))!;
        if (!field.IsInUse) return;
        if (await fields.CountInUseAsync(field.Details.Entity, ct) >= CustomField.MaxPerEntity) throw CustomFieldErrors.TooMany(field.Details.Entity);
        if (cause is not null) Respell(field, cause);
    }

    private async Task GoOutOfUseAsync(Guid id, IDomainEvent cause, CancellationToken ct)
    {
        await fields.HoldValuesAsync(ct);
        Respell((await fields.FindEvenDeletedAsync(id, ct))!, cause);
    }

    /// <summary>Searches must find the field's words again, or no longer.</summary>
    private void Respell(CustomField field, IDomainEvent cause)
    {
        if (!field.Details.Searchable) return;
        field.RequestUpkeep();
        outbox.Enqueue(cause, ICustomFieldRepository.Upkeep);
    }
}
