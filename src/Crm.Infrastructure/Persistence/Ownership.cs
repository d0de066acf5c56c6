using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Application.Resources;
using Crm.Infrastructure.Events;
using Dapper;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Hands records over set by set, because a salesperson owns thousands: one statement per resource changes the rows and appends an
/// event for each, whose state is the last one with the new owner. No aggregate is loaded; nothing but the owner changes.
/// </summary>
internal sealed class Ownership(TenantSession session, ResourceCatalog resources, IRequestContext context, LogEpoch epoch, TimeProvider clock) : IOwnership
{
    public async Task ReassignAsync(Guid from, Guid to, CancellationToken ct)
    {
        foreach (var resource in resources.All)
        {
            // A column that nobody writes (who logged an activity) says who did something, not whose it is.
            if (resource.Fields.FirstOrDefault(f => f.Column == resource.OwnerColumn && f is { ReadOnly: false, Expression: null }) is not { } owner) continue;
            session.NextEventNumber += await session.Connection.ExecuteAsync(new CommandDefinition(Sql(resource.Table, owner.Column), new
            {
                session.TenantId,
                From = from,
                To = to,
                Now = clock.GetUtcNow(),
                Epoch = epoch.Current,
                First = session.NextEventNumber,
                Type = $"{resource.EventName}.updated",
                AggregateType = resource.EventName,
                Member = owner.Name,
                context.Caller.ActorType,
                ActorId = context.Caller.UserId,
                context.Caller.ApiKeyId,
                context.RequestId,
                context.SourceAddress,
                context.CorrelationId,
                context.CausationId,
            }, session.Transaction, cancellationToken: ct));
        }
    }

    // The event's id is a UUIDv7 as everywhere: milliseconds in the first 48 bits, version and variant set.
    private static string Sql(string table, string column) => $"""
        with moved as (
          update crm.{table} set {column} = @To, version = version + 1, updated_at = @Now, updated_by = @ActorId
          where tenant_id = @TenantId and {column} = @From and deleted_at is null
          returning id, version, team_id)
        insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type, actor_id, api_key_id,
          request_id, source_ip, correlation_id, causation_id, data, state, owner_id, team_id)
        select @TenantId,
          encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from @Now::timestamptz) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid,
          @Epoch, (row_number() over (order by m.id) - 1 + @First)::integer, @Type, @AggregateType, m.id, m.version, @Now, @ActorType, @ActorId, @ApiKeyId,
          @RequestId, @SourceAddress, @CorrelationId, @CausationId,
          jsonb_build_object('id', m.id, 'members', jsonb_build_array(@Member::text)),
          (select e.state || jsonb_build_object(@Member::text, @To::text) from crm.events e
           where e.tenant_id = @TenantId and e.aggregate_id = m.id and e.state is not null order by e.version desc, e.n desc limit 1),
          @To, m.team_id
        from moved m
        """;
}
