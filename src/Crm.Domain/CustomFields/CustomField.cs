using Crm.Domain.Common;

namespace Crm.Domain.CustomFields;

/// <summary>
/// A member that a tenant gives to a kind of record. Records keep its values under its <see cref="Number"/>, so that renaming, retiring
/// and reinstating it touch no record.
/// </summary>
public sealed class CustomField : Record<CustomField, CustomFieldDetails>, IUnrestricted
{
    /// <summary>The most fields in use an entity has.</summary>
    public const int MaxPerEntity = 200;

    /// <summary>How often the index of one field can be begun anew.</summary>
    public const int MaxGenerations = 1_000;

    private CustomField() { }

    /// <summary>What records know it by: unique in the tenant, for ever.</summary>
    public int Number { get; private set; }

    /// <summary>When it was retired; null while it is in use.</summary>
    public DateTimeOffset? RetiredAt { get; private set; }

    /// <summary>How often its index was begun anew: each time, entries of the time before are left behind.</summary>
    public int Generation { get; private set; }

    /// <summary>The generation of the index that has an entry for every value. Readers use the index when it is the current one.</summary>
    public int BuiltGeneration { get; private set; }

    /// <summary>True while records of before a change are being brought in step with it.</summary>
    public bool UpkeepDue { get; private set; }

    /// <summary>The last record, in the order of ids, that has been brought in step.</summary>
    public Guid? UpkeepAfter { get; private set; }

    /// <summary>True when records have it as a member.</summary>
    public bool IsInUse => RetiredAt is null && DeletedAt is null;

    /// <summary>True when its index lacks values of records that are older than it.</summary>
    public bool LacksValues => Details.IsKept() && BuiltGeneration != Generation;

    /// <summary>Defines a new field; no record has a value of it yet. Raises <see cref="Created{CustomField}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: what <see cref="CustomFieldRules"/> refuses.</exception>
    public static CustomField Define(Guid id, int number, CustomFieldDetails details)
    {
        var field = new CustomField { Id = id, Number = number };
        field.Begin(details);
        return field;
    }

    /// <summary>Changes the field. Raises <see cref="Updated{CustomField}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: what <see cref="CustomFieldRules"/> refuses. INVALID_STATE: its index was begun anew too often.</exception>
    public override void Revise(CustomFieldDetails details)
    {
        var before = Details;
        base.Revise(details);
        if (!details.IsKept() || (before.IsKept() && before.Unique == details.Unique)) return;
        if (Generation + 1 == MaxGenerations) throw CustomFieldErrors.IndexedTooOften();
        Generation++;
    }

    /// <summary>Takes the field out of use: it vanishes from records, and they keep their values. A retired one stays as it is.</summary>
    public void Retire(DateTimeOffset now)
    {
        if (RetiredAt is not null) return;
        RetiredAt = now;
        Raise(new CustomFieldRetired(Id));
    }

    /// <summary>Takes it into use again, with the values records have kept. One in use stays as it is.</summary>
    public void Reinstate()
    {
        if (RetiredAt is null) return;
        RetiredAt = null;
        Raise(new CustomFieldReinstated(Id));
    }

    /// <summary>Its index has an entry for every value.</summary>
    public void IndexIsBuilt() => BuiltGeneration = Generation;

    /// <summary>Records that are there already must be brought in step with it, from the first one on.</summary>
    public void RequestUpkeep() => (UpkeepDue, UpkeepAfter) = (true, null);

    /// <inheritdoc/>
    protected override void Guard(CustomFieldDetails? before, CustomFieldDetails after) => CustomFieldRules.Check(before, after);
}

/// <summary>A field went out of use.</summary>
public sealed record CustomFieldRetired(Guid CustomFieldId) : IDomainEvent;

/// <summary>A retired field came into use again.</summary>
public sealed record CustomFieldReinstated(Guid CustomFieldId) : IDomainEvent;

/// <summary>The ways in which a custom field refuses.</summary>
public static class CustomFieldErrors
{
    /// <summary>409: the entity has as many fields in use as it may have.</summary>
    public static CrmException TooMany(string entity) =>
        CrmException.Conflict("INVALID_STATE", $"{entity} have {CustomField.MaxPerEntity} custom fields in use already. Retire one first.");

    /// <summary>409: more records have a value than can be compared at once.</summary>
    public static CrmException TooManyToCompare(int most) =>
        CrmException.Conflict("INVALID_STATE", $"More than {most} records have a value. A field with so many can no longer become unique.");

    /// <summary>409: records have texts that no index takes.</summary>
    public static CrmException TooLongToIndex(int most) =>
        CrmException.Conflict("INVALID_STATE", $"Records have texts of more than {most} characters, which no index takes. Shorten them first.");

    /// <summary>409: two records have the same value.</summary>
    public static CrmException NotUnique() => new(ErrorKind.Conflict, "DUPLICATE", "Two records have the same value.",
        new Dictionary<string, string[]> { ["unique"] = ["two records have the same value"] });

    /// <summary>409: unique and indexed were switched on and off a thousand times.</summary>
    public static CrmException IndexedTooOften() =>
        CrmException.Conflict("INVALID_STATE", $"The index of this field was begun anew {CustomField.MaxGenerations - 1} times. Define another field.");
}
