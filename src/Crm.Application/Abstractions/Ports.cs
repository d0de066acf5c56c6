using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>Reads over one round trip. Adds <c>@TenantId</c> to every statement and refuses SQL that does not use it.</summary>
public interface IReadDb
{
    /// <summary>All rows as <typeparamref name="T"/>.</summary>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken ct);

    /// <summary>The first row or null.</summary>
    Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters, CancellationToken ct);

    /// <summary>The rows of each statement, untyped: what declared lists read.</summary>
    Task<IReadOnlyList<IReadOnlyList<object?[]>>> RowsAsync(string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken ct);
}

/// <summary>Loads and keeps aggregates of one kind.</summary>
public interface IRepository<TAggregate> where TAggregate : AggregateRoot
{
    /// <summary>Loads the living, visible record and locks it for change; compares If-Match.</summary>
    /// <exception cref="CrmException">NOT_FOUND, PRECONDITION_FAILED.</exception>
    Task<TAggregate> GetAsync(Guid id, CancellationToken ct);

    /// <summary>Like <see cref="GetAsync"/>, but null when there is none.</summary>
    Task<TAggregate?> FindAsync(Guid id, CancellationToken ct);

    /// <summary>Keeps a new record.</summary>
    void Add(TAggregate aggregate);
}

/// <summary>The command's transaction, as far as others may know of it.</summary>
public interface ITransaction
{
    /// <summary>True while a transaction is open in this scope.</summary>
    bool IsOpen { get; }
}

/// <summary>One transaction around a command, with parts that can fail alone.</summary>
public interface IUnitOfWork : ITransaction
{
    /// <summary>Opens the transaction and sets the tenant.</summary>
    Task BeginAsync(CancellationToken ct);

    /// <summary>Drains the events of changed aggregates, runs their handlers, checks references and saves everything once.</summary>
    Task SaveAsync(CancellationToken ct);

    /// <summary>Makes it durable.</summary>
    Task CommitAsync(CancellationToken ct);

    /// <summary>Undoes everything.</summary>
    Task RollbackAsync();

    /// <summary>Starts a part that can fail alone.</summary>
    Task SavepointAsync(CancellationToken ct);

    /// <summary>Ends the part: kept.</summary>
    Task ReleaseAsync(CancellationToken ct);

    /// <summary>Ends the part: undone, tracked state forgotten.</summary>
    Task RollbackToSavepointAsync();
}

/// <summary>The answers kept for 24 hours under the keys of safe retries, in the same transaction as the change.</summary>
public interface IIdempotencyStore
{
    /// <summary>Claims the key for this transaction, or gives the answer stored under it. Waits up to 5 s for a twin.</summary>
    /// <exception cref="CrmException">IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT.</exception>
    Task<Answer?> ClaimAsync(IdempotencyKey key, CancellationToken ct);

    /// <summary>Stores the answer under the claimed key.</summary>
    Task StoreAsync(IdempotencyKey key, Answer answer, CancellationToken ct);
}

/// <summary>Reacts to an event inside the command's transaction; what it throws fails the command.</summary>
public interface IDomainEventHandler<in TEvent> where TEvent : IDomainEvent
{
    /// <summary>Handles one event. May change further aggregates; their events are drained too.</summary>
    Task HandleAsync(TEvent domainEvent, CancellationToken ct);
}

/// <summary>Writes what leaves no event: refusals, failures, sign-ins. Never fails the request.</summary>
public interface IAuditLog
{
    /// <summary>Writes one row in a transaction of its own.</summary>
    Task WriteAsync(AuditEntry entry, CancellationToken ct);
}

/// <summary>How an audited act ended.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Succeeded,
    /// <summary>The caller was not allowed.</summary>
    Refused,
    /// <summary>It was allowed and could not be done.</summary>
    Failed,
}

/// <summary>One row of the audit trail that no event tells.</summary>
public sealed record AuditEntry(Guid TenantId, Guid? ActorId, string Action, AuditOutcome Outcome, string? Resource, Guid? RecordId, object? Detail);

/// <summary>A small cache for what is read on every request. Values may be up to the given age old.</summary>
public interface ICache
{
    /// <summary>The value under the key, made by <paramref name="make"/> when absent or too old.</summary>
    ValueTask<T> GetOrAddAsync<T>(string key, TimeSpan age, Func<CancellationToken, Task<T>> make, CancellationToken ct);

    /// <summary>Forgets every key that starts with the prefix.</summary>
    void Forget(string prefix);
}

/// <summary>Work that is done after commit, at least once: e-mail, and later brokers, webhooks, sync.</summary>
public interface IOutbox
{
    /// <summary>Hands an event to a sink when the transaction commits. The event's id is the receiver's dedupe key.</summary>
    void Enqueue(IDomainEvent domainEvent, string sink);

    /// <summary>Hands an event to a sink once more when the transaction that a sink has opened commits: work that is done piece by piece.</summary>
    Task RepeatAsync(OutboxMessage message, string sink, CancellationToken ct);

    /// <summary>The same, not before <paramref name="due"/>. Handed to the sink again before that, the later request takes the place of the earlier.</summary>
    Task RepeatAtAsync(OutboxMessage message, string sink, DateTimeOffset due, CancellationToken ct);
}

/// <summary>Marks customers whose derived figures (won value, last contact date) must be recomputed when the command saves.</summary>
public interface ICustomerFigures
{
    /// <summary>Marks one; null marks nothing.</summary>
    void Touch(Guid? customerId);

    /// <summary>Marks every customer of the tenant: what figures are counted by has changed.</summary>
    void TouchAll();
}
