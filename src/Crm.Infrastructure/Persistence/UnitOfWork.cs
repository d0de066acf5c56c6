using System.Diagnostics;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Reading;
using Crm.Infrastructure.Subscriptions;
using Crm.Infrastructure.Tagging;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// One transaction: events are drained before the one save, in a loop until none is left, then appended with the changes.
/// </summary>
internal sealed class UnitOfWork(CrmDbContext db, TenantSession session, IRequestContext context, DomainEventDispatcher dispatcher,
    ReferenceCheck references, CustomValueWriter customValues, EventAppender appender, StaleCallers stale, EventNotices notices, OutboxBuffer outbox, DerivedFigures figures, DealFigures dealFigures, RecurringRevenueLedger revenue, DuplicateFinder duplicates,
    TransactionMemo memo, TagCounts tags, PlanUsage usage, CurrentUseCase useCase, TimeProvider clock, ICache cache) : IUnitOfWork, ITenantEntry
{
    private readonly HashSet<Guid> _changed = [];
    private readonly Stack<List<Guid>> _parts = new();

    public bool IsOpen => session.IsOpen;

    public async Task BeginAsync(CancellationToken ct)
    {
        try
        {
            await session.BeginAsync(ct);
            await db.EnterAsync(session.Connection, session.Transaction!, context.IsAuthenticated ? context.Caller.TenantId : Guid.Empty, ct);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    public async Task EnterAsync(Caller caller, CancellationToken ct)
    {
        context.ActAs(caller);
        await session.UseTenantAsync(caller.TenantId, ct);
        db.TenantId = caller.TenantId;
    }

    public async Task SaveAsync(CancellationToken ct)
    {
        var raised = new List<RaisedEvent>();
        try
        {
            Drain(raised, null);
            for (var i = 0; i < raised.Count; i++)
                if (await dispatcher.DispatchAsync(raised[i].Event, ct)) Drain(raised, raised[i].Event);
            if (raised.Count == 0 && !db.ChangeTracker.HasChanges()) return;
            await session.SendDeferredAsync(ct);
            var changed = raised.Select(r => r.Entry).DistinctBy(e => e.Entity).ToList();
            await references.CheckAsync(changed, changed.Where(e => e.State == EntityState.Added).Select(e => e.Entity.Id).ToHashSet(), ct);
            foreach (var entry in changed)
                foreach (var list in ChildList.Of(entry.Entity.GetType())) list.Write(db, entry.Entity, clock.GetUtcNow());
            Stamp(changed);
            await customValues.WriteAsync(changed, ct);
            tags.Gather(changed);
            usage.Gather(changed);
            var rows = appender.Rows(raised, session);
            outbox.Flush(db, rows, clock.GetUtcNow());
            EnsureOwnTenant();
            var terms = await dealFigures.TermsAsync(changed, ct);
            var started = Stopwatch.GetTimestamp();
            await db.SaveChangesAsync(ct);
            QueryMetrics.Record(useCase.Name, "save", started);
            await usage.SettleAsync(ct);
            if (rows.Count > 0) session.Defer(EventStatement.Of([.. rows.Select(r => r.Row)]));
            dealFigures.AddUp(changed, terms);
            revenue.Book(changed);
            foreach (var type in changed.Select(e => e.Entity.GetType()).Distinct()) memo.Forget(type);
            await figures.RefreshAsync(session, ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } duplicate)
        {
            throw PostgresErrors.Duplicate(duplicate, await duplicates.FindAsync(duplicate, e.Entries, ct));
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    public async Task CommitAsync(CancellationToken ct)
    {
        try
        {
            // From here on the client's going away must not leave the outcome open.
            await session.SendDeferredAsync(CancellationToken.None);
            await tags.FlushAsync(session);
            await session.CommitAsync(CancellationToken.None);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
        db.Leave();
        outbox.Committed();
        foreach (var prefix in stale.Take()) cache.Forget(prefix);
        await notices.PublishAsync();
        memo.Clear();
        _changed.Clear();
        _parts.Clear();
    }

    public async Task RollbackAsync()
    {
        Forget();
        db.Leave();
        notices.Clear();
        tags.Clear();
        memo.Clear();
        _changed.Clear();
        _parts.Clear();
        await session.RollbackAsync();
    }

    public Task SavepointAsync(CancellationToken ct)
    {
        _parts.Push([]);
        notices.BeginPart();
        tags.BeginPart();
        memo.BeginPart();
        return session.SavepointAsync(ct);
    }

    public Task ReleaseAsync(CancellationToken ct)
    {
        memo.EndPart(undone: false);
        var kept = _parts.Pop();
        notices.KeepPart();
        tags.KeepPart();
        if (_parts.TryPeek(out var around)) around.AddRange(kept);
        return session.ReleaseAsync(ct);
    }

    public Task RollbackToSavepointAsync()
    {
        Forget();
        memo.EndPart(undone: true);
        _changed.ExceptWith(_parts.Pop());
        notices.UndoPart();
        tags.UndoPart();
        return session.RollbackToSavepointAsync();
    }

    private void Forget()
    {
        db.ChangeTracker.Clear();
        outbox.Clear();
        figures.Clear();
        usage.Clear();
    }

    /// <summary>Collects what aggregates have raised; after a handler ran, what its event caused.</summary>
    private void Drain(List<RaisedEvent> raised, IDomainEvent? cause)
    {
        foreach (var entry in db.ChangeTracker.Entries<AggregateRoot>())
            foreach (var domainEvent in entry.Entity.DrainEvents()) raised.Add(new RaisedEvent(entry, domainEvent, cause));
    }

    private void Stamp(List<EntityEntry<AggregateRoot>> changed)
    {
        var now = clock.GetUtcNow();
        var actor = context.Caller;
        foreach (var entry in changed)
        {
            // +1 once per transaction, however many saves a batch makes of it.
            if (_changed.Add(entry.Entity.Id))
            {
                entry.Entity.Stamp(actor.ActorId, actor.TeamId, now);
                if (_parts.TryPeek(out var part)) part.Add(entry.Entity.Id);
            }
            PhoneDigits.Stamp(entry, actor.Tenant.Country);
            entry.DetectChanges();
        }
    }

    /// <summary>The second net: nothing of another tenant is ever sent to the database.</summary>
    private void EnsureOwnTenant()
    {
        foreach (var entry in db.ChangeTracker.Entries())
            if (entry.State is not EntityState.Unchanged && entry.Metadata.FindProperty("TenantId") is not null
                && (Guid)entry.Property("TenantId").CurrentValue! != context.Caller.TenantId)
                throw new InvalidOperationException($"{entry.Metadata.ClrType.Name} belongs to another tenant.");
    }
}
