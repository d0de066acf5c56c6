using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Schedules;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Schedules;

/// <summary>
/// Gives each active tenant its turn of a schedule, one after the other, each in a transaction (or several, one for each piece) that also writes down that the turn is done: a run that was
/// interrupted goes on with those who have not had theirs.
/// </summary>
internal sealed partial class TenantTurns(IServiceScopeFactory scopes, NpgsqlDataSource source, SystemCallers callers, ILogger<TenantTurns> logger)
{
    private const int Piece = 200;
    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

    /// <summary>All tenants.</summary>
    /// <exception cref="TurnsFailedException">Some turns failed; all the others were taken.</exception>
    public async Task RunAsync(string schedule, DateTimeOffset due, CancellationToken ct)
    {
        Exception? failure = null;
        for (IReadOnlyList<Guid> piece = [Guid.Empty]; piece.Count > 0;)
        {
            piece = await AfterAsync(piece[^1], schedule, due, ct);
            foreach (var tenant in piece)
                try
                {
                    await RunAsync(schedule, tenant, due, ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    failure ??= e;
                    TurnFailed(schedule, tenant, e);
                }
        }
        if (failure is not null) throw new TurnsFailedException(failure);
    }

    /// <summary>One tenant's turn; false when it has had it.</summary>
    public async Task<bool> RunAsync(string schedule, Guid tenantId, DateTimeOffset due, CancellationToken ct)
    {
        var more = await PieceAsync(schedule, tenantId, due, ct);
        var taken = more is not null;
        while (more is true) more = await PieceAsync(schedule, tenantId, due, ct);
        return taken;
    }

    /// <summary>One transaction of it; true when there is more, null when it has had its turn.</summary>
    private async Task<bool?> PieceAsync(string schedule, Guid tenantId, DateTimeOffset due, CancellationToken ct)
    {
        if (await callers.IsSuspendedAsync(tenantId, ct) || await callers.FindAsync(tenantId, ct) is not { } caller) return null;
        await using var scope = scopes.CreateAsyncScope();
        var (services, unit) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<IUnitOfWork>());
        services.GetRequiredService<CurrentUseCase>().Name = "Schedule " + schedule;
        services.GetRequiredService<IRequestContext>().ActAs(caller);
        return await unit.TransactAsync<bool?>(async () =>
        {
            var session = services.GetRequiredService<TenantSession>();
            if (!await TakeAsync(session, schedule, due, ct)) return null;
            var work = (ITenantSchedule)Recurring.Find(services, schedule);
            if (work is not ITenantPieces pieces)
            {
                await work.RunAsync(due, ct);
                return false;
            }
            var more = await pieces.RunPieceAsync(due, ct);
            if (more) await LeaveAsync(session, schedule, due, ct);
            return more;
        }, ct);
    }

    // Whoever comes second waits here for the first, and finds that it is done.
    private static async Task<bool> TakeAsync(TenantSession session, string schedule, DateTimeOffset due, CancellationToken ct)
    {
        const string sql = """
            insert into crm.schedule_turns as t (tenant_id, schedule, last_due) values (@TenantId, @Schedule, @Due)
            on conflict (tenant_id, schedule) do update set last_due = excluded.last_due where t.last_due < excluded.last_due
            """;
        return await session.Connection.ExecuteAsync(new CommandDefinition(sql, new { session.TenantId, Schedule = schedule, Due = due }, session.Transaction, cancellationToken: ct)) == 1;
    }

    // A moment before its due time: whoever goes on, after a crash as well, takes the turn again and finds what is left.
    private static Task LeaveAsync(TenantSession session, string schedule, DateTimeOffset due, CancellationToken ct) => session.Connection.ExecuteAsync(new CommandDefinition(
        "update crm.schedule_turns set last_due = @Before where tenant_id = @TenantId and schedule = @Schedule",
        new { session.TenantId, Schedule = schedule, Before = due - Instant }, session.Transaction, cancellationToken: ct));

    private async Task<IReadOnlyList<Guid>> AfterAsync(Guid after, string schedule, DateTimeOffset due, CancellationToken ct)
    {
        const string sql = """
            select t.id from crm.tenants t
            where t.id > @After and t.status = 'ACTIVE'
              and not exists (select from crm.schedule_turns d where d.tenant_id = t.id and d.schedule = @Schedule and d.last_due >= @Due)
            order by t.id limit @Piece
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<Guid>(new CommandDefinition(sql, new { After = after, Schedule = schedule, Due = due, Piece }, cancellationToken: ct))).AsList();
    }

    [LoggerMessage(LogLevel.Error, "The schedule {Schedule} failed for tenant {TenantId}; the others go on, and it is tried again")]
    private partial void TurnFailed(string schedule, Guid tenantId, Exception e);
}

/// <summary>The turns of some tenants failed.</summary>
internal sealed class TurnsFailedException(Exception first) : Exception("Not every tenant has had its turn.", first)
{
    /// <summary>The kind of the first failure; nothing of whose it was.</summary>
    public string Kind => OutboxDelivery.Describe(InnerException!);
}
