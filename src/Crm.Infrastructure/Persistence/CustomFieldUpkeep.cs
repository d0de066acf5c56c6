using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;
using Crm.Infrastructure.Events;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Brings the records there are in step with a changed definition: fills its index, respells the words that searches find, and clears away the entries
/// of an index before. A few thousand records in a transaction, each going on where the last one ended, so that a crash repeats next to nothing and nobody waits
/// long. After a turn the rest is handed back to the outbox: others want their turn.
/// </summary>
internal sealed class CustomFieldUpkeep(NpgsqlDataSource source, ICache cache, OutboxSignal signal, TimeProvider clock) : IOutboxSink
{
    private const int Chunk = 2_000;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    public string Name => ICustomFieldRepository.Upkeep;

    // The definition is locked first, as the commands that change it do, then the values: a change waits for the chunk and the next chunk for the change.
    private const string Take = TenantSession.SetTenant + $"""
        select f.number, f.entity, f.generation, f.indexed or f."unique" as IsKept, f."unique" as IsUnique, f.built_generation = f.generation as IsBuilt, f.upkeep_due as IsDue, f.upkeep_after as After
        from crm.custom_fields f where f.tenant_id = @TenantId and f.id = @Id for no key update;
        select {CustomValueSql.Share};
        """;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (await StepAsync(message, ct))
        {
            if (clock.GetElapsedTime(started) < Turn) continue;
            await HandBackAsync(message, ct);
            return;
        }
    }

    /// <summary>One transaction; false when there was nothing left to do.</summary>
    private async Task<bool> StepAsync(OutboxMessage message, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var parameters = new DynamicParameters(new { message.TenantId, TenantText = message.TenantId.ToString(), Id = message.AggregateId, Limit = Chunk });
        Definition? field;
        await using (var grid = await connection.QueryMultipleAsync(new CommandDefinition(Take, parameters, transaction, cancellationToken: ct)))
        {
            await grid.ReadAsync<string>();
            field = await grid.ReadFirstOrDefaultAsync<Definition>();
        }
        if (field is null) return false;
        parameters.AddDynamicParams(new { field.Number, Slot = CustomFieldDefinition.SlotOf(field.Number, field.Generation), Key = CustomValueSql.Key(field.Number), field.IsUnique, After = field.After ?? Guid.Empty });
        var done = await connection.ExecuteScalarAsync<int>(new CommandDefinition(field.IsDue ? Records(field) : Clear(field), parameters, transaction, cancellationToken: ct));
        if (field.IsDue && done < Chunk) await connection.ExecuteAsync(new CommandDefinition(Finish, parameters, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        // What readers may use has changed.
        if (field.IsDue && done < Chunk) cache.Forget(CallerCache.Prefix(message.TenantId));
        return field.IsDue || done == Chunk;
    }

    /// <summary>The next records that have a value, by id. Their rows are held, so that a value is neither entered nor spelt as it was before somebody changes it.</summary>
    private static string Records(Definition field)
    {
        var enter = field is { IsKept: true, IsBuilt: false } ? $"""
            , entered as (
              {CustomValueSql.Enter}
              select @TenantId, r.id, @Slot, v.n, r.created_at, v.text_value, v.number_value, {CustomValueSql.UniqueValue("@IsUnique")}
              from records r cross join lateral crm.indexed_values(r.custom_fields -> @Key) v where r.deleted_at is null
              on conflict do nothing)
            """ : "";
        return $"""
            with records as materialized (
              select t.id, t.created_at, t.deleted_at, t.custom_fields, t.custom_words from crm.{field.Entity} t
              where t.tenant_id = @TenantId and t.id > @After and jsonb_exists(t.custom_fields, @Key) order by t.id limit @Limit for no key update)
            {enter}
            , spelt as (
              update crm.{field.Entity} t set custom_words = s.words
              from (
                select r.id, {CustomValueSql.Words("r", field.Entity)} as words
                from records r) s
              where t.tenant_id = @TenantId and t.id = s.id and t.custom_words is distinct from s.words)
            , gone_on as (
              update crm.custom_fields set upkeep_after = (select r.id from records r order by r.id desc limit 1)
              where tenant_id = @TenantId and id = @Id and exists (select from records))
            select count(*)::integer from records
            """;
    }

    private const string Finish = """
        update crm.custom_fields set upkeep_due = false, upkeep_after = null, built_generation = generation where tenant_id = @TenantId and id = @Id
        """;

    /// <summary>Entries of the field that are not of its index of today.</summary>
    private static string Clear(Definition field) => $"""
        with gone as (
          delete from crm.custom_values where (tenant_id, record_id, field, n) in (
            select v.tenant_id, v.record_id, v.field, v.n from crm_read.custom_values v
            where v.tenant_id = @TenantId and v.field >= @Number * {CustomField.MaxGenerations} and v.field < (@Number + 1) * {CustomField.MaxGenerations}{(field.IsKept ? " and v.field <> @Slot" : "")} limit @Limit)
          returning 1)
        select count(*)::integer from gone
        """;

    /// <summary>The same delivery once more, behind those that wait.</summary>
    private async Task HandBackAsync(OutboxMessage message, CancellationToken ct)
    {
        const string sql = "insert into crm.outbox (id, tenant_id, event_id, sink, created_at, next_try_at) values (@Id, @TenantId, @EventId, @Sink, @Now, @Now)";
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { Id = Ids.New(clock.GetUtcNow()), message.TenantId, message.EventId, Sink = Name, Now = clock.GetUtcNow() }, cancellationToken: ct));
        signal.Raise();
    }

    private sealed record Definition(int Number, string Entity, int Generation, bool IsKept, bool IsUnique, bool IsBuilt, bool IsDue, Guid? After);
}
