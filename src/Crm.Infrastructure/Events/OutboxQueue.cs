using Crm.Application.Abstractions;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>A row of the outbox in somebody's hands. <paramref name="Attempts"/> counts this try.</summary>
internal sealed record ClaimedRow(Guid Id, Guid TenantId, Guid EventId, string Sink, int Attempts, string? TraceParent);

/// <summary>
/// The outbox as a queue. A claim is one short statement: it pushes the next try past the lease, so a row whose holder died comes back
/// by itself, and skips what others are claiming, so instances work side by side. When a row is due is told by the database's clock
/// alone: instances whose own clocks differ, or jump, must not take each other's rows or leave them lying.
/// </summary>
internal sealed class OutboxQueue(NpgsqlDataSource source)
{
    public async Task<IReadOnlyList<ClaimedRow>> ClaimAsync(int atMost, CancellationToken ct)
    {
        const string sql = """
            update crm.outbox set attempts = attempts + 1, next_try_at = now() + @Lease
            where id in (
                select id from crm.outbox where dead_at is null and next_try_at <= now() and tenant_id <> all(array(select t.id from crm.tenants t where t.status = 'SUSPENDED'))
                order by next_try_at limit @AtMost for update skip locked)
            returning id, tenant_id as TenantId, event_id as EventId, sink, attempts, trace_parent as TraceParent
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<ClaimedRow>(new CommandDefinition(sql, new { RetryPolicy.Lease, AtMost = atMost }, cancellationToken: ct))).AsList();
    }

    /// <summary>Says that the holder of these rows lives: nobody else takes them for another lease.</summary>
    public async Task RenewAsync(IReadOnlyCollection<Guid> held, CancellationToken ct)
    {
        // Never sooner than it is due already: a row whose try ended meanwhile has got its time.
        const string sql = "update crm.outbox set next_try_at = now() + @Lease where id = any(@Held) and next_try_at < now() + @Lease";
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { Held = held.ToArray(), RetryPolicy.Lease }, cancellationToken: ct));
    }

    /// <summary>
    /// Brings near what is due later than any delay explains: the database's clock has been set back since it was written. It gets a
    /// lease's time, so that who holds it now can say so.
    /// </summary>
    public async Task MendAsync(CancellationToken ct)
    {
        const string sql = """
            update crm.outbox set next_try_at = now() + @Lease
            where dead_at is null and next_try_at > now() + @Lease + least(@First * power(3, greatest(attempts, 1) - 1), @Longest) * 1.25
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { RetryPolicy.Lease, RetryPolicy.First, RetryPolicy.Longest }, cancellationToken: ct));
    }

    public Task DoneAsync(ClaimedRow row) => RunAsync("delete from crm.outbox where id = @Id", new { row.Id });

    /// <summary>Puts a row back as if it had never been claimed.</summary>
    public Task ReleaseAsync(ClaimedRow row) =>
        RunAsync("update crm.outbox set attempts = attempts - 1, next_try_at = now() where id = @Id and attempts = @Attempts", new { row.Id, row.Attempts });

    /// <summary>Says why a try failed and when the next one is due, or that there is none: it was the last, or another is of no use.</summary>
    public Task FailAsync(ClaimedRow row, string error, bool giveUp = false)
    {
        // Whoever claimed the row after our lease ended has counted another try: then this outcome is not the row's any more.
        const string sql = """
            update crm.outbox set next_try_at = now() + @Wait, last_error = @Error, dead_at = case when @GiveUp then now() end
            where id = @Id and attempts = @Attempts
            """;
        return RunAsync(sql, new
        {
            row.Id,
            row.Attempts,
            Error = error,
            Wait = RetryPolicy.Delay(row.Attempts, Random.Shared.NextDouble()),
            GiveUp = giveUp || row.Attempts >= RetryPolicy.MaxAttempts,
        });
    }

    /// <summary>How many rows wait, how many are dead, and since when the oldest waits, of all tenants.</summary>
    public async Task<(long Pending, long Dead, DateTime? Oldest)> DepthAsync(CancellationToken ct)
    {
        const string sql = """
            select count(*) filter (where dead_at is null), count(*) filter (where dead_at is not null), min(created_at) filter (where dead_at is null)
            from crm.outbox
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<(long, long, DateTime?)>(new CommandDefinition(sql, cancellationToken: ct));
    }

    // The outcome of a try is written even while the service stops.
    private async Task RunAsync(string sql, object parameters)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }
}

/// <summary>How often and how far apart a delivery is tried.</summary>
internal static class RetryPolicy
{
    /// <summary>The tries before a delivery is given up; with the delays below, over about eight hours.</summary>
    public const int MaxAttempts = 10;

    /// <summary>How long one try may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>How long a claimed row is left alone unless its holder renews it: what a crash interrupted is tried again that soon.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    /// <summary>The wait after the first try.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(3);

    /// <summary>
    /// The wait after this many tries: 5 s, three times as long after each, 3 h at most; times 0.75–1.25 by <paramref name="chance"/> (0–1),
    /// so that what failed together does not come back together.
    /// </summary>
    public static TimeSpan Delay(int attempts, double chance)
    {
        var plain = Math.Min(First.TotalSeconds * Math.Pow(3, attempts - 1), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(plain * (0.75 + chance / 2));
    }
}

/// <summary>Brings back what was given up, in the command's transaction.</summary>
internal sealed class DeadLetters(TenantSession session) : IDeadLetters
{
    public async Task<DateTimeOffset?> ReviveAsync(Guid id, CancellationToken ct)
    {
        const string sql = """
            update crm.outbox set dead_at = null, attempts = 0, next_try_at = now()
            where tenant_id = @TenantId and id = @Id and dead_at is not null
            returning next_try_at
            """;
        var command = new CommandDefinition(sql, new { session.TenantId, Id = id }, session.Transaction, cancellationToken: ct);
        return await session.Connection.QuerySingleOrDefaultAsync<DateTime?>(command) is { } due ? new DateTimeOffset(due) : null;
    }
}
