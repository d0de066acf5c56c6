using Crm.Application.Schedules;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Schedules;

/// <summary>A schedule in somebody's hands, by the database's clock. <paramref name="Attempts"/> counts this try.</summary>
internal sealed record ClaimedSchedule(string Name, DateTime NextDue, DateTime? LastDue, int Attempts, DateTime Now);

/// <summary>How a schedule stands.</summary>
internal sealed record ScheduleRow(string Name, DateTime NextDue, DateTime? LastDue, DateTime? NextTryAt, bool IsHeld, DateTime? LastRunAt, string? LastOutcome, string? LastError,
    double? DurationMs, double LateSeconds);

/// <summary>
/// Who runs what, and when it is due: told by the database's clock alone. A claim is a lease, so what a killed instance held comes back by itself.
/// </summary>
internal sealed class ScheduleTable(NpgsqlDataSource source)
{
    /// <summary>How long a claimed schedule is left alone unless its holder renews it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5), LongestWait = TimeSpan.FromMinutes(15);

    // A lease or a due time further ahead than any can be was written before the database's clock was set back.
    private const string Free = "(held_until is null or held_until <= now() or held_until > now() + 2 * @Lease)";
    private const string Due = "(coalesce(next_try_at, next_due) <= now() or coalesce(next_try_at, next_due) > now() + greatest(every, @LongestWait) + interval '1 minute')";

    /// <summary>Makes schedules known that are new, due at their next due time, and tells how far apart their due times are now.</summary>
    public async Task IntroduceAsync(IReadOnlyList<IRecurring> schedules, CancellationToken ct)
    {
        const string sql = """
            insert into crm.schedules as s (name, every, next_due)
            select n, e, to_timestamp((floor(extract(epoch from now()) / extract(epoch from e)) + 1) * extract(epoch from e))
            from unnest(@Names, @Every) as u (n, e) order by n
            on conflict (name) do update set every = excluded.every, next_due = least(s.next_due, excluded.next_due) where s.every <> excluded.every
            """;
        await RunAsync(sql, new { Names = schedules.Select(s => s.Name).ToArray(), Every = schedules.Select(s => s.Every).ToArray() }, ct);
    }

    /// <summary>Takes one that is due, if there is one.</summary>
    public async Task<ClaimedSchedule?> ClaimAsync(IReadOnlyCollection<string> names, Guid holder, CancellationToken ct)
    {
        const string sql = $"""
            update crm.schedules set holder = @Holder, held_until = now() + @Lease, attempts = attempts + 1, last_run_at = now()
            where name = (
              select name from crm.schedules where name = any(@Names) and {Free} and {Due}
              order by next_due, name limit 1 for update skip locked)
            returning name, next_due as NextDue, last_due as LastDue, attempts, now()::timestamptz as Now
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<ClaimedSchedule>(
            new CommandDefinition(sql, new { Holder = holder, Names = names.ToArray(), Lease, LongestWait }, cancellationToken: ct));
    }

    /// <summary>Says that the holder lives; answers what it still holds.</summary>
    public async Task<IReadOnlyList<string>> RenewAsync(Guid holder, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            "update crm.schedules set held_until = now() + @Lease where holder = @Holder returning name", new { Holder = holder, Lease }, cancellationToken: ct))).AsList();
    }

    /// <summary>It is done for <paramref name="due"/>; false when the lease was lost.</summary>
    public async Task<bool> DoneAsync(string name, Guid holder, DateTimeOffset due, DateTimeOffset next, TimeSpan took) => await RunAsync("""
        update crm.schedules set last_due = greatest(last_due, @Due), next_due = @Next, holder = null, held_until = null, attempts = 0, next_try_at = null,
          last_outcome = 'SUCCEEDED', last_error = null, last_duration = @Took
        where name = @Name and holder = @Holder
        """, new { Name = name, Holder = holder, Due = due, Next = next, Took = took }) == 1;

    /// <summary>It failed and is tried again after a pause that grows.</summary>
    public Task FailedAsync(string name, Guid holder, string error, TimeSpan took) => RunAsync("""
        update crm.schedules set holder = null, held_until = null, next_try_at = now() + least(@FirstWait * power(3, least(attempts, 9) - 1), @LongestWait),
          last_outcome = 'FAILED', last_error = @Error, last_duration = @Took
        where name = @Name and holder = @Holder
        """, new { Name = name, Holder = holder, Error = error, Took = took, FirstWait, LongestWait });

    /// <summary>Puts it back as if it had never been claimed.</summary>
    public Task LeaveAsync(string name, Guid holder) =>
        RunAsync("update crm.schedules set holder = null, held_until = null, attempts = attempts - 1 where name = @Name and holder = @Holder", new { Name = name, Holder = holder });

    /// <summary>How these stand.</summary>
    public async Task<IReadOnlyList<ScheduleRow>> ReadAsync(IReadOnlyList<IRecurring> schedules, CancellationToken ct)
    {
        const string sql = """
            select name, next_due as NextDue, last_due as LastDue, next_try_at as NextTryAt, coalesce(held_until > now(), false) as IsHeld, last_run_at as LastRunAt,
              last_outcome as LastOutcome, last_error as LastError, (extract(epoch from last_duration) * 1000)::float8 as DurationMs,
              greatest(0, extract(epoch from now() - next_due))::float8 as LateSeconds
            from crm.schedules where name = any(@Names) order by name
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<ScheduleRow>(new CommandDefinition(sql, new { Names = schedules.Select(s => s.Name).ToArray() }, cancellationToken: ct))).AsList();
    }

    // How a run ended is written down even while the service stops.
    private async Task<int> RunAsync(string sql, object parameters, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }
}
