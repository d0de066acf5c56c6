using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Events of changes made set by set, because there may be thousands: the statement that changes the rows appends an event for each, whose
/// state is the last one with the changed members in it. No aggregate is loaded.
/// </summary>
internal sealed class SetBasedEvents(TenantSession session, IRequestContext context, LogEpoch epoch, TimeProvider clock)
{
    /// <summary>
    /// Appends an event for each row of <c>changed</c>: <c>id, version, patch</c> (the changed members as a JSON object) and <see cref="Whose"/>. Whoever
    /// runs it adds the number of rows to <see cref="TenantSession.NextEventNumber"/>.
    /// </summary>
    // The event's id is a UUIDv7 as everywhere: milliseconds in the first 48 bits, version and variant set.
    public const string Append = """
        insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type, actor_id, api_key_id,
          request_id, source_ip, correlation_id, causation_id, data, state, owner_id, co_owner_id, team_id)
        select @TenantId,
          encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from @Now::timestamptz) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid,
          @Epoch, (row_number() over (order by c.id) - 1 + @First)::integer, @Type, @AggregateType, c.id, c.version, @Now, @ActorType, @ActorId, @ApiKeyId,
          nullif(@RequestId, ''), @SourceAddress, nullif(@CorrelationId, ''), nullif(@CausationId, ''),
          jsonb_build_object('id', c.id, 'members', to_jsonb(@Members::text[])),
          (select e.state || c.patch from crm.events e
           where e.tenant_id = @TenantId and e.aggregate_id = c.id and e.state is not null order by e.version desc, e.n desc limit 1),
          c.owner_id, c.co_owner_id, c.team_id
        from changed c
        """;

    /// <summary>The columns of <c>t</c> by which an event is seen as its record is.</summary>
    public static string Whose(Resource resource) => resource.OwnerColumn is { } owner
        ? $"t.{owner} as owner_id, {(resource.CoOwnerColumn is { } other ? $"t.{other}" : "null::uuid")} as co_owner_id, t.team_id"
        : "null::uuid as owner_id, null::uuid as co_owner_id, null::uuid as team_id";

    /// <summary>The parameters of <see cref="Append"/>; among them <c>TenantId</c>, <c>Now</c> and <c>ActorId</c>.</summary>
    public DynamicParameters Parameters(Resource resource, string[] members, EventActor actor, string? causationId, string act = "updated", DateTimeOffset? now = null) => new(new
    {
        session.TenantId,
        Now = now ?? clock.GetUtcNow(),
        Epoch = epoch.Current,
        First = session.NextEventNumber,
        Type = $"{resource.EventName}.{act}",
        AggregateType = resource.EventName,
        Members = members,
        ActorType = actor.Type,
        ActorId = actor.Id,
        actor.ApiKeyId,
        context.RequestId,
        context.SourceAddress,
        context.CorrelationId,
        CausationId = causationId,
    });
}
