using Crm.Application.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>
/// How far each follower has come in each tenant's log. A follower of our own database moves on in the transaction of what it did; one that takes events
/// elsewhere holds its place by a lease meanwhile. When a lease or a pause ends is told by the database's clock alone.
/// </summary>
internal sealed class LogPlaces(NpgsqlDataSource source)
{
    // Renewed while the holder lives: no longer than it takes to know that it does not.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Makes new followers known: each begins where the log of every tenant that is there already ends now, and at the beginning of those yet to come. Once
    /// only, however many instances start.
    /// </summary>
    public async Task IntroduceAsync(IReadOnlyCollection<string> followers, CancellationToken ct)
    {
        const string sql = """
            with known as (
              insert into crm.log_places (tenant_id, follower) select '00000000-0000-0000-0000-000000000000', f from unnest(@Followers) f
              on conflict do nothing returning follower)
            insert into crm.log_places (tenant_id, follower, epoch, xid, n)
            select t.id, k.follower, s.epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, 2147483647
            from known k cross join crm.tenants t cross join crm.service_state s
            on conflict do nothing
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { Followers = followers.Order(StringComparer.Ordinal).ToArray() }, cancellationToken: ct));
    }

    /// <summary>
    /// Who has not come to the end, of all tenants: what was announced and got lost is found by it, and what another instance left. Not due is who waits because the other
    /// system was away.
    /// </summary>
    public async Task<IReadOnlyList<(Guid TenantId, string Follower, bool IsDue)>> BehindAsync(IReadOnlyCollection<string> followers, CancellationToken ct)
    {
        const string sql = """
            select tenant_id, follower, true from crm.log_behind(@Followers)
            union all
            select tenant_id, follower, false from crm.log_places where follower = any(@Followers) and next_try_at > now()
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<(Guid, string, bool)>(new CommandDefinition(sql, new { Followers = followers.ToArray() }, cancellationToken: ct))).AsList();
    }

    /// <summary>
    /// Takes these places for the open transaction; without those that somebody else has. The transaction has no id of its own for it (a locked row would give
    /// it one), so that it does not hold back whoever reads the log while it looks what there is to do.
    /// </summary>
    public static async Task<Dictionary<string, LogPosition>> HoldAsync(TenantSession session, IReadOnlyCollection<string> followers, CancellationToken ct)
    {
        // Where it is is looked up by a second statement: the first one does not see what the last holder committed while it asked.
        const string take = "select f from unnest(@Followers) f where pg_try_advisory_xact_lock(hashtextextended(@TenantId::text || f, 3));\n";
        const string find = "select follower, epoch, xid, n from crm.log_places where tenant_id = @TenantId and follower = any(@Followers)";
        const string make = "insert into crm.log_places (tenant_id, follower) select @TenantId, f from unnest(@Followers) f order by f on conflict do nothing";
        await using var grid = await session.Connection.QueryMultipleAsync(Command(take + find, followers));
        var taken = (await grid.ReadAsync<string>()).ToHashSet();
        var held = Held(await grid.ReadAsync<(string, long, long, int)>());
        if (held.Count == taken.Count) return held;
        await session.Connection.ExecuteAsync(Command(make, taken));
        return Held(await session.Connection.QueryAsync<(string, long, long, int)>(Command(find, taken)));

        Dictionary<string, LogPosition> Held(IEnumerable<(string Follower, long Epoch, long Xid, int N)> places) =>
            places.Where(p => taken.Contains(p.Follower)).ToDictionary(p => p.Follower, p => new LogPosition(p.Epoch, p.Xid, p.N));

        CommandDefinition Command(string text, IReadOnlyCollection<string> of) => new(text, new { session.TenantId, Followers = of.ToArray() }, session.Transaction, cancellationToken: ct);
    }

    /// <summary>
    /// Moves these on, when the open transaction commits. A transaction that did nothing else need not be on the disk at once: the place and what was done for
    /// it are lost together, or not at all.
    /// </summary>
    /// <exception cref="InvalidOperationException">A place is not where it was taken.</exception>
    public static async Task MoveAsync(TenantSession session, IReadOnlyDictionary<string, LogPosition> held, LogPosition to, CancellationToken ct)
    {
        const string sql = """
            select set_config('synchronous_commit', 'off', true) where pg_current_xact_id_if_assigned() is null;
            update crm.log_places p set epoch = @Epoch, xid = @Xid, n = @N
            from unnest(@Followers, @Epochs, @Xids, @Ns) as h (follower, epoch, xid, n)
            where p.tenant_id = @TenantId and p.follower = h.follower and (p.epoch, p.xid, p.n) = (h.epoch, h.xid, h.n)
            returning p.follower
            """;
        var moving = held.Where(h => h.Value.CompareTo(to) < 0).ToList();
        await using var grid = await session.Connection.QueryMultipleAsync(new CommandDefinition(sql, new
        {
            session.TenantId,
            Followers = moving.Select(m => m.Key).ToArray(),
            Epochs = moving.Select(m => m.Value.Epoch).ToArray(),
            Xids = moving.Select(m => m.Value.Xid).ToArray(),
            Ns = moving.Select(m => m.Value.N).ToArray(),
            to.Epoch,
            to.Xid,
            to.N,
        }, session.Transaction, cancellationToken: ct));
        await grid.ReadAsync<string>();
        if ((await grid.ReadAsync<string>()).Count() < moving.Count) throw new InvalidOperationException("A place in the log is not where it was taken.");
    }

    /// <summary>Takes the place for a while, until it is left or the holder has been silent too long; null when somebody else has it, or it is not due yet.</summary>
    public async Task<LogPosition?> LeaseAsync(Guid tenantId, string follower, Guid holder, CancellationToken ct)
    {
        const string sql = """
            insert into crm.log_places as p (tenant_id, follower, holder, held_until) values (@TenantId, @Follower, @Holder, now() + @Lease)
            on conflict (tenant_id, follower) do update set holder = @Holder, held_until = now() + @Lease
            where (p.held_until is null or p.held_until <= now() or p.holder = @Holder) and (p.next_try_at is null or p.next_try_at <= now())
            returning epoch, xid, n
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        var found = await connection.QueryAsync<(long, long, int)>(new CommandDefinition(sql, new { TenantId = tenantId, Follower = follower, Holder = holder, Lease }, cancellationToken: ct));
        return found.Select(p => (LogPosition?)new LogPosition(p.Item1, p.Item2, p.Item3)).FirstOrDefault();
    }

    /// <summary>Moves on and keeps the lease; false when it was lost, and somebody else may have gone on from before.</summary>
    public async Task<bool> MoveAsync(Guid tenantId, string follower, Guid holder, LogPosition to)
    {
        const string sql = """
            update crm.log_places set epoch = @Epoch, xid = @Xid, n = @N, held_until = now() + @Lease, attempts = 0, next_try_at = null, last_error = null
            where tenant_id = @TenantId and follower = @Follower and holder = @Holder
            """;
        return await RunAsync(sql, new { TenantId = tenantId, Follower = follower, Holder = holder, to.Epoch, to.Xid, to.N, Lease }) == 1;
    }

    /// <summary>Says that the holder lives: nobody else takes the place for another lease. False when it was lost.</summary>
    public async Task<bool> RenewAsync(Guid tenantId, string follower, Guid holder) =>
        await RunAsync("update crm.log_places set held_until = now() + @Lease where tenant_id = @TenantId and follower = @Follower and holder = @Holder",
            new { TenantId = tenantId, Follower = follower, Holder = holder, Lease }) == 1;

    /// <summary>Gives the place back.</summary>
    public Task LeaveAsync(Guid tenantId, string follower, Guid holder) =>
        RunAsync("update crm.log_places set holder = null, held_until = null where tenant_id = @TenantId and follower = @Follower and holder = @Holder",
            new { TenantId = tenantId, Follower = follower, Holder = holder });

    /// <summary>Gives the place back for a pause that grows with every failure in a row, from 1 s to 30 s.</summary>
    public Task PauseAsync(Guid tenantId, string follower, Guid holder, string error)
    {
        const string sql = """
            update crm.log_places set holder = null, held_until = null, attempts = attempts + 1, last_error = @Error,
              next_try_at = now() + least(interval '1 second' * power(2, least(attempts, 6)), interval '30 seconds')
            where tenant_id = @TenantId and follower = @Follower and holder = @Holder
            """;
        return RunAsync(sql, new { TenantId = tenantId, Follower = follower, Holder = holder, Error = error });
    }

    // How it ended is written down even while the service stops.
    private async Task<int> RunAsync(string sql, object parameters)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        return await connection.ExecuteAsync(sql, parameters);
    }
}
