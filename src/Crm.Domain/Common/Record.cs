namespace Crm.Domain.Common;

/// <summary>What every record lets its users state about it, whatever its kind.</summary>
public abstract record RecordDetails
{
    /// <summary>Free labels: at most 100 of 50 characters.</summary>
    public Tags Tags { get; init; } = Tags.None;

    /// <summary>The record's key in the caller's own system: unique among living records, at most 200 characters, no slash.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The values of the members the tenant has defined for this kind of record.</summary>
    public CustomValues CustomFields { get; init; } = CustomValues.Unstated;
}

/// <summary>A record that came to be.</summary>
public sealed record Created<TRecord>(Guid Id) : IDomainEvent where TRecord : AggregateRoot;

/// <summary>A record whose details changed; <paramref name="Members"/> names the changed ones.</summary>
public sealed record Updated<TRecord>(Guid Id, IReadOnlyList<string> Members) : IDomainEvent where TRecord : AggregateRoot;

/// <summary>A record that was deleted softly.</summary>
public sealed record Deleted<TRecord>(Guid Id) : IDomainEvent where TRecord : AggregateRoot;

/// <summary>A record brought back from deletion.</summary>
public sealed record Restored<TRecord>(Guid Id) : IDomainEvent where TRecord : AggregateRoot;

/// <summary>
/// An aggregate that is a record of the CRM: its <typeparamref name="TDetails"/> are what users state, one immutable value;
/// everything else on the aggregate is what the business decided.
/// </summary>
public abstract class Record<TSelf, TDetails> : AggregateRoot
    where TSelf : Record<TSelf, TDetails>
    where TDetails : RecordDetails
{
    /// <summary>What users state about the record.</summary>
    public TDetails Details { get; private set; } = null!;

    /// <summary>Replaces the details. Equal details change nothing: no version, no event.</summary>
    public virtual void Revise(TDetails details)
    {
        if (details == Details) return;
        Guard(Details, details);
        var members = DetailsDifference.Members(Details, details);
        Details = details;
        Raise(new Updated<TSelf>(Id, members));
    }

    /// <summary>Sets the first details and raises <see cref="Created{TRecord}"/>, or the event by which the business calls it.</summary>
    protected void Begin(TDetails details, IDomainEvent? began = null)
    {
        Guard(null, details);
        Details = details;
        Raise(began ?? new Created<TSelf>(Id));
    }

    /// <inheritdoc/>
    public sealed override void Adopt(CustomValues defaults)
    {
        if (Details.CustomFields.IsUnstated) Details = Details with { CustomFields = defaults };
    }

    /// <summary>Changes details as part of a business act, which raises its own event.</summary>
    protected void Set(TDetails details) => Details = details;

    /// <summary>The one place for the rules a record's details must meet.</summary>
    protected abstract void Guard(TDetails? before, TDetails after);

    private protected override IDomainEvent DeletedEvent() => new Deleted<TSelf>(Id);
    private protected override IDomainEvent RestoredEvent() => new Restored<TSelf>(Id);
}
