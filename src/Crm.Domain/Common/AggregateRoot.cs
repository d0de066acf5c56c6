namespace Crm.Domain.Common;

/// <summary>Something that happened to an aggregate, in the past tense; carries ids and values, never references.</summary>
public interface IDomainEvent;

/// <summary>The boundary of one consistent change: what it holds is loaded, changed and saved together.</summary>
public abstract class AggregateRoot
{
    private readonly List<IDomainEvent> _events = [];

    /// <summary>The organization the record belongs to; stamped once, when it is first saved.</summary>
    public Guid TenantId { get; private set; }

    /// <summary>UUIDv7 made in the domain (RFC 9562).</summary>
    public Guid Id { get; protected init; }

    /// <summary>1 when created, +1 once per transaction that changed the record; the ETag.</summary>
    public int Version { get; private set; }

    /// <summary>When the record was created (UTC, microseconds).</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The user who created it.</summary>
    public Guid? CreatedBy { get; private set; }

    /// <summary>When the record last changed (UTC, microseconds).</summary>
    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>The user who changed it last.</summary>
    public Guid? UpdatedBy { get; private set; }

    /// <summary>When the record was deleted; null while it lives.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>The deletion the record fell with: restoring brings back exactly the records that share it.</summary>
    public Guid? DeletionId { get; private set; }

    /// <summary>The user whose record it is; null for records that belong to nobody or to everybody.</summary>
    public virtual Guid? OwnerId => null;

    /// <summary>A second user who sees the record as its owner does; null for most kinds.</summary>
    public virtual Guid? CoOwnerId => null;

    /// <summary>The team of the user who created it: decides who sees the record while it has no owner.</summary>
    public Guid? TeamId { get; private set; }

    /// <summary>Events raised since the last drain, oldest first.</summary>
    public IReadOnlyList<IDomainEvent> DrainEvents()
    {
        if (_events.Count == 0) return [];
        var drained = _events.ToArray();
        _events.Clear();
        return drained;
    }

    /// <summary>Deletes the record softly. A second deletion changes nothing.</summary>
    /// <exception cref="CrmException">What the record's own rules refuse with.</exception>
    public void Delete(Guid deletionId, DateTimeOffset now)
    {
        if (DeletedAt is not null) return;
        EnsureDeletable();
        DeletedAt = now;
        DeletionId = deletionId;
        Raise(DeletedEvent());
    }

    /// <summary>Brings a deleted record back; a living one stays as it is.</summary>
    public void Restore()
    {
        if (DeletedAt is null) return;
        DeletedAt = null;
        DeletionId = null;
        Raise(RestoredEvent());
    }

    /// <summary>Puts a new record into its tenant, once and for ever.</summary>
    /// <exception cref="InvalidOperationException">The record belongs to another tenant.</exception>
    public void Join(Guid tenantId)
    {
        if (TenantId != Guid.Empty && TenantId != tenantId) throw new InvalidOperationException("A record never changes its tenant.");
        TenantId = tenantId;
    }

    /// <summary>Gives a new record the defaults of its custom fields, if nobody was asked about them.</summary>
    public virtual void Adopt(CustomValues defaults) { }

    /// <summary>Called by the unit of work, once per transaction, on every aggregate that raised an event.</summary>
    public void Stamp(Guid? actorId, Guid? teamId, DateTimeOffset now)
    {
        if (Version == 0) (CreatedAt, CreatedBy, TeamId) = (now, actorId, TeamId ?? teamId);
        (UpdatedAt, UpdatedBy) = (now, actorId);
        Version++;
    }

    /// <summary>Refuses a deletion that the record's state does not allow; most records can always go.</summary>
    protected virtual void EnsureDeletable() { }

    /// <summary>Records that something happened; the unit of work appends it to the event log.</summary>
    protected void Raise(IDomainEvent domainEvent) => _events.Add(domainEvent);

    private protected abstract IDomainEvent DeletedEvent();
    private protected abstract IDomainEvent RestoredEvent();
}

/// <summary>A record that belongs to nobody in particular: every member of the tenant sees it.</summary>
public interface IUnrestricted;

/// <summary>A record that is its owner's alone: nobody else sees it, not even who sees every other record of the tenant.</summary>
public interface IPersonal;
