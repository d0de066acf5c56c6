using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Npgsql;

namespace Crm.Infrastructure.Subscriptions;

/// <summary>
/// Counts what plans limit, in the transaction that changes it. Of records that is done at the save, which every command, batch, import and rule comes through: one statement for each kind
/// that has become more or less. It takes a place only where one is free, and holds the row until the transaction ends: of many at the edge exactly so many get through.
/// </summary>
internal sealed class PlanUsage(TenantSession session, ResourceCatalog resources, PlanSettings settings, TimeProvider clock) : IPlanUsage
{
    private const string Take = """
        update crm.plan_usage u set used = greatest(0, u.used + @Count)
        from (select (p.limits ->> @Name)::bigint as most from crm.plans p
              where p.code = coalesce((select s.plan from crm.subscriptions s where s.tenant_id = @TenantId), 'FREE')) plan
        where u.tenant_id = @TenantId and u.name = @Name and u.period = @Day and (@Count <= 0 or plan.most is null or u.used + @Count <= plan.most)
        returning u.used
        """;

    private const string Look = """
        select u.used, (select (p.limits ->> @Name)::bigint from crm.plans p where p.code = coalesce((select s.plan from crm.subscriptions s where s.tenant_id = @TenantId), 'FREE'))
        from crm.plan_usage u where u.tenant_id = @TenantId and u.name = @Name and u.period = @Day
        """;

    private readonly SortedDictionary<string, int> _pending = new(StringComparer.Ordinal);

    /// <summary>Gathers what the aggregates' changes mean; before they are saved, while what was loaded is still known.</summary>
    public void Gather(IEnumerable<EntityEntry<AggregateRoot>> changed)
    {
        if (!settings.Enabled) return;
        foreach (var entry in changed)
            if (resources.FindBy(entry.Entity.GetType()) is { LimitName: { } name } resource && Difference(entry, resource) is var difference and not 0)
                _pending[name] = _pending.GetValueOrDefault(name) + difference;
    }

    /// <summary>Takes and gives back what was gathered, always in the same order; after the save, so that what is counted for the first time is there.</summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        if (_pending.Count == 0) return;
        KeyValuePair<string, int>[] gathered = [.. _pending];
        _pending.Clear();
        foreach (var (name, count) in gathered)
            if (count != 0) await TakeAsync(session.Connection, session.Transaction!, name, count, ct);
    }

    public void Clear() => _pending.Clear();

    public async Task TakeAsync(string name, int count, CancellationToken ct)
    {
        if (!settings.Enabled) return;
        await WithAsync((connection, transaction) => TakeAsync(connection, transaction, name, count, ct), ct);
    }

    public async Task<bool> TryTakeAsync(string name, CancellationToken ct)
    {
        try
        {
            await TakeAsync(name, 1, ct);
            return true;
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.PlanLimit)
        {
            return false;
        }
    }

    public async Task EnsureRoomAsync(string name, CancellationToken ct)
    {
        if (!settings.Enabled) return;
        await WithAsync(async (connection, transaction) =>
        {
            await CountAsync(connection, transaction, name, 0, ct);
            var (used, most) = await connection.QuerySingleAsync<(long, long?)>(Command(Look, transaction, name, 0, ct));
            if (most <= used) throw SubscriptionErrors.LimitReached(name, used, most.Value);
        }, ct);
    }

    private static int Difference(EntityEntry<AggregateRoot> entry, Resource resource)
    {
        var (deletion, details) = (entry.Property(nameof(AggregateRoot.DeletedAt)), entry.ComplexProperty("Details"));
        var before = entry.State != EntityState.Added && deletion.OriginalValue is null && resource.TakesPlace(name => details.Property(name).OriginalValue);
        var after = entry.State != EntityState.Deleted && deletion.CurrentValue is null && resource.TakesPlace(name => details.Property(name).CurrentValue);
        return (after ? 1 : 0) - (before ? 1 : 0);
    }

    private async Task TakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, int count, CancellationToken ct)
    {
        if (await TriesAsync()) return;
        await CountAsync(connection, transaction, name, count, ct);
        if (await TriesAsync()) return;
        var (used, most) = await connection.QuerySingleAsync<(long, long?)>(Command(Look, transaction, name, count, ct));
        throw SubscriptionErrors.LimitReached(name, used, most ?? used);

        async Task<bool> TriesAsync() => await connection.QuerySingleOrDefaultAsync<long?>(Command(Take, transaction, name, count, ct)) is not null;
    }

    /// <summary>Counts the records, where nobody has before; without those that are about to be. Of two at once one counts, and the other waits here.</summary>
    private async Task CountAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, int count, CancellationToken ct)
    {
        var counted = resources.All.FirstOrDefault(r => r.LimitName == name) is { } resource ? $"greatest(0, {LimitNames.CountSql(resource)} - @Count)" : "0";
        await connection.ExecuteAsync(Command($"""
            insert into crm.plan_usage (tenant_id, name, period, used) select @TenantId, @Name, @Day, {counted}
            where not exists (select from crm.plan_usage u where u.tenant_id = @TenantId and u.name = @Name and u.period = @Day) on conflict do nothing
            """, transaction, name, count, ct));
    }

    private CommandDefinition Command(string sql, NpgsqlTransaction transaction, string name, int count, CancellationToken ct) =>
        new(sql, new { session.TenantId, Name = name, Day = LimitNames.DayOf(name, clock.GetUtcNow()), Count = count }, transaction, cancellationToken: ct);

    private async Task WithAsync(Func<NpgsqlConnection, NpgsqlTransaction, Task> act, CancellationToken ct)
    {
        if (session.IsOpen)
        {
            await act(session.Connection, session.Transaction!);
            return;
        }
        await using var connection = await session.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await TenantSession.UseTenantAsync(connection, transaction, session.TenantId, ct);
        await act(connection, transaction);
        await transaction.CommitAsync(ct);
    }
}

/// <summary>What plans allow of requests, kept for a few seconds among what is forgotten when an organization changes.</summary>
internal sealed class PlanRates(NpgsqlDataSource source, ICache cache, PlanSettings settings) : IPlanRates
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    public ValueTask<int?> RequestsPerMinuteAsync(Guid tenantId, CancellationToken ct) =>
        settings.Enabled ? cache.GetOrAddAsync($"{CallerCache.Prefix(tenantId)}requests", Age, stop => ReadAsync(tenantId, stop), ct) : new ValueTask<int?>((int?)null);

    private async Task<int?> ReadAsync(Guid tenantId, CancellationToken ct)
    {
        const string sql = "select (p.limits ->> @Name)::int from crm.plans p where p.code = coalesce((select s.plan from crm.subscriptions s where s.tenant_id = @TenantId), 'FREE')";
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<int?>(new CommandDefinition(sql, new { TenantId = tenantId, Name = LimitNames.ApiRequests }, cancellationToken: ct));
    }
}
