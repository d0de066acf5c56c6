using Crm.Infrastructure.Persistence;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Writes the events of a save with one statement, however many there are. By hand, because no event is ever loaded or changed: tracking them
/// like aggregates was a large part of what saving a new record allocates.
/// </summary>
internal static class EventStatement
{
    private const string Insert = """
        insert into crm.events (tenant_id, epoch, occurred_at, actor_type, actor_id, api_key_id, request_id, source_ip, correlation_id,
          id, n, type, aggregate_type, aggregate_id, version, causation_id, data, state, owner_id, co_owner_id, team_id)
        select $1::uuid, $2::bigint, $3::timestamptz, $4::text, $5::uuid, $6::uuid, $7::text, $8::text, $9::text, e.*
        from unnest($10::uuid[], $11::integer[], $12::text[], $13::text[], $14::uuid[], $15::integer[], $16::text[], $17::jsonb[], $18::jsonb[], $19::uuid[], $20::uuid[], $21::uuid[]) as e
        """;

    /// <summary>The statement for the events of one save, which have actor, request and time in common.</summary>
    public static NpgsqlBatchCommand Of(IReadOnlyList<EventRow> rows)
    {
        var (command, all) = (new NpgsqlBatchCommand(Insert), rows[0]);
        Add(all.TenantId);
        Add(all.Epoch);
        Add(all.OccurredAt);
        Add(all.ActorType);
        AddOrNull(all.ActorId);
        AddOrNull(all.ApiKeyId);
        Add(all.RequestId);
        Add(all.SourceIp);
        Add(all.CorrelationId);
        Add(Each(r => r.Id));
        Add(Each(r => r.N));
        Add(Each(r => r.Type));
        Add(Each(r => r.AggregateType));
        Add(Each(r => r.AggregateId));
        Add(Each(r => r.Version));
        Add(Each(r => r.CausationId));
        Add(Each(r => r.Data));
        Add(Each(r => r.State));
        Add(Each(r => r.OwnerId));
        Add(Each(r => r.CoOwnerId));
        Add(Each(r => r.TeamId));
        return command;

        T[] Each<T>(Func<EventRow, T> member)
        {
            var values = new T[rows.Count];
            for (var i = 0; i < values.Length; i++) values[i] = member(rows[i]);
            return values;
        }

        void Add<T>(T value) => command.Parameters.Add(value is null ? new NpgsqlParameter { Value = DBNull.Value } : new NpgsqlParameter<T> { TypedValue = value });

        void AddOrNull(Guid? id)
        {
            if (id is { } value) Add(value);
            else Add<string?>(null);
        }
    }
}
