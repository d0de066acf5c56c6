using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// The one place that tells PostgreSQL whose data is meant. A read sends the setting and its statement as one round trip; a command
/// sets it when its transaction opens. Either way it ends with the transaction, so a pooled connection carries nothing over.
/// </summary>
internal sealed class TenantSession(NpgsqlDataSource source, IRequestContext context) : ITransaction, IAsyncDisposable
{
    /// <summary>Prepended to a read outside a transaction. Sent with it, both run in one implicit transaction.</summary>
    public const string SetTenant = "select set_config('app.tenant_id', @TenantText, true);\n";

    /// <summary>The same where an API key is all that is known yet: the tenant is the key's, or none.</summary>
    public const string SetTenantOfApiKey =
        "select set_config('app.tenant_id', coalesce((select l.tenant_id::text from crm.api_key_lookup l where l.key_hash = @KeyHash), ''), true);\n";

    /// <summary>The same where the link of an invitation is all that is known yet.</summary>
    public const string SetTenantOfInvitation =
        "select set_config('app.tenant_id', coalesce((select l.tenant_id::text from crm.invitation_lookup l where l.token_hash = @TokenHash), ''), true);\n";

    /// <summary>The same where a user is about to get or renew a session, and holding him: who ends all his sessions waits, and sees what was made.</summary>
    public const string SetTenantAndHoldUser =
        "select set_config('app.tenant_id', @TenantText, true), (select u.id from crm.users u where u.id = @UserId for share);\n";

    /// <summary>
    /// The same as the first command of a batch. With <paramref name="planByValues"/> what follows is planned anew for its values: a
    /// prepared list's generic plan does not know whether the word or amount it asks for is common (measured: 290 ms for 1).
    /// </summary>
    public NpgsqlBatchCommand SetTenantCommand(bool planByValues) =>
        new(planByValues ? "select set_config('app.tenant_id', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)" : "select set_config('app.tenant_id', $1, true)")
        { Parameters = { new NpgsqlParameter<string> { TypedValue = TenantId.ToString() } } };

    private readonly List<NpgsqlBatchCommand> _deferred = [];
    private readonly List<Action> _afterCommit = [];
    private NpgsqlConnection? _connection;
    private int _savepoints;

    public NpgsqlTransaction? Transaction { get; private set; }

    public bool IsOpen => Transaction is not null;

    public NpgsqlConnection Connection => _connection ?? throw new InvalidOperationException("No transaction is open.");

    /// <summary>Numbers the events of this transaction.</summary>
    public int NextEventNumber { get; set; }

    public NpgsqlDataSource Source => source;

    public Guid TenantId => context.Caller.TenantId;

    public async Task BeginAsync(CancellationToken ct)
    {
        try
        {
            await OpenAsync(ct);
        }
        catch (NpgsqlException e) when (_connection.IsStale(e))
        {
            await CloseAsync();
            source.Clear();
            await OpenAsync(ct);
        }
    }

    private async Task OpenAsync(CancellationToken ct)
    {
        _connection = await source.OpenConnectionAsync(ct);
        Transaction = await _connection.BeginTransactionAsync(ct);
        NextEventNumber = 0;
        if (context.IsAuthenticated) await UseTenantAsync(TenantId, ct);
    }

    /// <summary>Sets the tenant of the open transaction: at its beginning, or once registration has made one.</summary>
    public Task UseTenantAsync(Guid tenantId, CancellationToken ct) => UseTenantAsync(Connection, Transaction!, tenantId, ct);

    /// <summary>The same for a transaction that no request opened.</summary>
    public static async Task UseTenantAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select set_config('app.tenant_id', $1, true)", connection, transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = tenantId.ToString() });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// A statement whose outcome nobody waits for. It is sent with the next read, or before the transaction goes on or ends, instead of taking a
    /// round trip of its own.
    /// </summary>
    public void Defer(NpgsqlBatchCommand command) => _deferred.Add(command);

    /// <summary>Puts what was deferred at the beginning of a batch.</summary>
    public void SendDeferredWith(NpgsqlBatch batch)
    {
        foreach (var command in _deferred) batch.BatchCommands.Add(command);
        _deferred.Clear();
    }

    /// <summary>Sends what was deferred, before somebody looks at it or builds on it.</summary>
    public async Task SendDeferredAsync(CancellationToken ct)
    {
        if (_deferred.Count == 0) return;
        await using var batch = new NpgsqlBatch(Connection, Transaction);
        SendDeferredWith(batch);
        try
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
        catch (NpgsqlException e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>What is done once the open transaction is durable: quickly, and without failing. Nothing when it is undone.</summary>
    public void AfterCommit(Action act)
    {
        if (!_afterCommit.Contains(act)) _afterCommit.Add(act);
    }

    public async Task CommitAsync(CancellationToken ct)
    {
        await SendDeferredAsync(ct);
        await Transaction!.CommitAsync(ct);
        Action[] acts = [.. _afterCommit];
        await CloseAsync();
        foreach (var act in acts) act();
    }

    public async Task RollbackAsync()
    {
        if (Transaction is null) return;
        try
        {
            await Transaction.RollbackAsync();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is gone, and the transaction with it.
        }
        await CloseAsync();
    }

    /// <summary>Takes the tenant's lock of that name until the transaction ends, where there is no row to lock, or not yet.</summary>
    public Task HoldAsync(string name, CancellationToken ct) => Connection.ExecuteAsync(
        new CommandDefinition("select pg_advisory_xact_lock(hashtextextended(@TenantId::text || @Name, 0))", new { TenantId, Name = name }, Transaction, cancellationToken: ct));

    public async Task SavepointAsync(CancellationToken ct)
    {
        await SendDeferredAsync(ct);
        await Transaction!.SaveAsync($"s{_savepoints++}", ct);
    }

    public async Task ReleaseAsync(CancellationToken ct)
    {
        await SendDeferredAsync(ct);
        await Transaction!.ReleaseAsync($"s{--_savepoints}", ct);
    }

    public Task RollbackToSavepointAsync()
    {
        _deferred.Clear();
        return Transaction!.RollbackAsync($"s{--_savepoints}");
    }

    public ValueTask DisposeAsync() => new(RollbackAsync());

    private async Task CloseAsync()
    {
        _savepoints = 0;
        _deferred.Clear();
        _afterCommit.Clear();
        if (Transaction is not null) await Transaction.DisposeAsync();
        if (_connection is not null) await _connection.DisposeAsync();
        (Transaction, _connection) = (null, null);
    }
}
