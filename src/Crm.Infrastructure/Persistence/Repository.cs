using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// The one place where aggregates are loaded: by key, locked, living, visible to the caller, at the version the caller names.
/// </summary>
internal class Repository<TAggregate>(CrmDbContext db, IRequestContext context) : IRepository<TAggregate>, IAggregateLoader where TAggregate : AggregateRoot
{
    protected CrmDbContext Db => db;

    protected IRequestContext Context => context;

    public async Task<TAggregate> GetAsync(Guid id, CancellationToken ct)
    {
        var found = await FindAsync(id, ct) ?? throw CrmException.NotFound(RecordName.Of(typeof(TAggregate)).Replace('_', ' '));
        context.Precondition?.Check(found.Id, found.Version);
        return found;
    }

    public async Task<TAggregate?> FindAsync(Guid id, CancellationToken ct)
    {
        var found = await LoadAsync(id, ct);
        return found is { DeletedAt: null } && (IsBeingChanged(found) || await SeesAsync(found, ct)) ? found : null;
    }

    public void Add(TAggregate aggregate)
    {
        aggregate.Join(context.Caller.TenantId);
        aggregate.Adopt(context.Caller.CustomFields.Of(RecordName.Plural(typeof(TAggregate))).Defaults);
        db.Add(aggregate);
    }

    /// <summary>The record, living or deleted, visible or not; the one already loaded in this transaction if there is one.</summary>
    public async Task<TAggregate?> LoadAsync(Guid id, CancellationToken ct) =>
        db.Set<TAggregate>().Local.FindEntryUntyped([context.Caller.TenantId, id])?.Entity
        ?? await FirstAsync(records => records.Where(a => a.Id == id), ct);

    /// <summary>The first record of a query, locked, with the lists it owns.</summary>
    protected async Task<TAggregate?> FirstAsync(Func<IQueryable<TAggregate>, IQueryable<TAggregate>> query, CancellationToken ct)
    {
        var found = await LockForUpdate.Locked(query(db.Set<TAggregate>().Where(a => a.TenantId == context.Caller.TenantId))).FirstOrDefaultAsync(ct);
        if (found is not null)
            foreach (var list in ChildList.Of(typeof(TAggregate))) await list.LoadAsync(db, [found], ct);
        return found;
    }

    /// <summary>
    /// The first record of a query, and the tenant's lock of that name until the transaction ends. The row alone would not do: who waits for it finds it to be no longer the one
    /// that is asked for, and the new one not yet in sight.
    /// </summary>
    protected async Task<TAggregate?> FirstAloneAsync(TenantSession session, string name, Func<IQueryable<TAggregate>, IQueryable<TAggregate>> query, CancellationToken ct)
    {
        await session.HoldAsync(name, ct);
        return await FirstAsync(query, ct);
    }

    /// <summary>The records of these ids, living or deleted, visible or not, locked in the order of the ids, with the lists they own.</summary>
    protected async Task<IReadOnlyList<TAggregate>> LockedAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var wanted = ids.ToArray();
        var found = await LockForUpdate.Locked(db.Set<TAggregate>().Where(a => a.TenantId == context.Caller.TenantId && wanted.Contains(a.Id)).OrderBy(a => a.Id)).ToListAsync(ct);
        foreach (var list in ChildList.Of(typeof(TAggregate))) await list.LoadAsync(db, found, ct);
        return found;
    }

    Task IAggregateLoader.LoadAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct) => LockedAsync(ids, ct);

    async Task<AggregateRoot?> IAggregateLoader.LoadAsync(Guid id, CancellationToken ct) => await LoadAsync(id, ct);

    // What this command has just made or changed it may go on with, whosever it is now.
    private bool IsBeingChanged(TAggregate record)
    {
        var entry = db.Entry(record);
        entry.DetectChanges();
        return entry.State is EntityState.Added or EntityState.Modified;
    }

    // What this very transaction made has no stamp yet to be seen by.
    public virtual ValueTask<bool> SeesAsync(AggregateRoot record, CancellationToken ct) => new(record is IUnrestricted || record.Version == 0 || context.Caller.Sees(record));
}
