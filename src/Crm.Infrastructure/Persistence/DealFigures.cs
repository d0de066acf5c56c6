using Crm.Domain.Common;
using Crm.Domain.Deals;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Keeps what the pipeline report adds up in step with the deals, in the transaction that changes them: the difference between what they
/// counted before the save and what they count after it becomes new rows. Nobody waits for anybody, as all deals of a stage would for a
/// counter; and a change that counts nothing writes nothing.
/// </summary>
internal sealed class DealFigures(TenantSession session)
{
    /// <summary>What the sums are kept by: columns of <c>crm_read.deal_terms</c>, which says what a deal counts, and of <c>crm.deal_figures</c>.</summary>
    internal const string Key = "tenant_id, pipeline_id, stage_id, status, owner_id, team_id, currency, closed_month";
    /// <summary>What is added up.</summary>
    internal const string Figures = "deals, value, weighted, unweighted, cycles, cycle_days";
    /// <summary>The same, taken away.</summary>
    internal const string Negative = "-deals, -value, -weighted, -unweighted, -cycles, -cycle_days";
    private const string Sums = "sum(deals), sum(value), sum(weighted), sum(unweighted), sum(cycles), sum(cycle_days)";
    private const string Into = $"insert into crm.deal_figures ({Key}, {Figures})";
    /// <summary>Groups by the key, without the keys that cancel out.</summary>
    internal const string WhatIsLeft = $"group by {Key} having ({Sums}) <> (0, 0, 0, 0, 0, 0)";

    /// <summary>Deals between two foldings, on average.</summary>
    private const int Folding = 500;

    private const string Before = """
        select coalesce(json_agg(t), '[]')::text from crm_read.deal_terms t where t.tenant_id = @TenantId and t.deal_id = any(@Deals)
        """;

    private const string Add = $"""
        {Into}
        select {Key}, {Sums} from (
          select {Key}, {Figures} from crm_read.deal_terms where tenant_id = $1 and deal_id = any($2)
          union all
          select {Key}, {Negative} from jsonb_populate_recordset(null::crm_read.deal_terms, $3::jsonb)) t
        {WhatIsLeft}
        """;

    /// <summary>Adds what the sums lack, of all the tenant's deals. Who changes a deal adds to the sums in the same transaction, so one statement sees both or neither.</summary>
    internal const string Mend = $"""
        {Into}
        select {Key}, {Sums} from (
          select {Key}, {Figures} from crm_read.deal_terms where tenant_id = @TenantId
          union all
          select {Key}, {Negative} from crm_read.deal_figures where tenant_id = @TenantId) t
        {WhatIsLeft}
        """;

    private const string HandOver = $"""
        {Into}
        select {Key}, {Sums} from (
          select {Key}, {Figures} from crm_read.deal_terms where tenant_id = @TenantId and deal_id = any(@Deals)
          union all
          select tenant_id, pipeline_id, stage_id, status, @Former, null, currency, closed_month, {Negative}
          from crm_read.deal_terms where tenant_id = @TenantId and deal_id = any(@Deals)) t
        {WhatIsLeft}
        """;

    /// <summary>Makes one row of those that share a key, and none of those that cancel out. What somebody else is folding is left to him.</summary>
    private const string Fold = $"""
        with folded as (
          delete from crm.deal_figures where tenant_id = $1 and id = any(array(
            select id from crm.deal_figures where tenant_id = $1 and id = any(array(
              select unnest(array_agg(id)) from crm.deal_figures where tenant_id = $1 group by {Key} having count(*) > 1))
            for update skip locked))
          returning *)
        {Into}
        select {Key}, {Sums} from folded {WhatIsLeft}
        """;

    /// <summary>Before the save: what the deals that will change count now, for <see cref="AddUp"/>.</summary>
    public async Task<string> TermsAsync(IEnumerable<EntityEntry<AggregateRoot>> changed, CancellationToken ct)
    {
        var deals = changed.Where(e => e is { Entity: Deal, State: EntityState.Modified }).Select(e => e.Entity.Id).ToArray();
        return deals.Length == 0 ? "[]" : await session.Connection.ExecuteScalarAsync<string>(
            new CommandDefinition(Before, new { session.TenantId, Deals = deals }, session.Transaction, cancellationToken: ct)) ?? "[]";
    }

    /// <summary>After the save: writes what it changed of the sums. Sent with the next statement, for nobody waits for it.</summary>
    public void AddUp(IEnumerable<EntityEntry<AggregateRoot>> changed, string before)
    {
        var deals = changed.Where(e => e.Entity is Deal).Select(e => e.Entity.Id).ToArray();
        if (deals.Length == 0) return;
        session.Defer(Command(Add, new NpgsqlParameter<Guid[]> { TypedValue = deals }, new NpgsqlParameter<string> { TypedValue = before }));
        // By chance rather than by a count, which would have to be kept somewhere.
        if (Random.Shared.Next(Folding) < deals.Length) FoldAll();
    }

    /// <summary>After a statement that did nothing but give deals to another owner.</summary>
    public Task HandOverAsync(Guid[] deals, Guid former, CancellationToken ct) => deals.Length == 0
        ? Task.CompletedTask
        : session.Connection.ExecuteAsync(new CommandDefinition(HandOver, new { session.TenantId, Deals = deals, Former = former }, session.Transaction, cancellationToken: ct));

    /// <summary>Folds the tenant's rows.</summary>
    public void FoldAll() => session.Defer(Command(Fold));

    private NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> more)
    {
        var command = new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = session.TenantId } } };
        foreach (var parameter in more) command.Parameters.Add(parameter);
        return command;
    }
}
