using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Application.Resources;
using Crm.Domain.Deals;
using Crm.Infrastructure.Events;
using Dapper;

namespace Crm.Infrastructure.Persistence;

/// <summary>Hands records over set by set, because a salesperson owns thousands. Nothing but the owner changes.</summary>
internal sealed class Ownership(TenantSession session, DealFigures figures, ResourceCatalog resources, SetBasedEvents events, IRequestContext context) : IOwnership
{
    public async Task ReassignAsync(Guid from, Guid to, CancellationToken ct)
    {
        await session.SendDeferredAsync(ct);
        foreach (var resource in resources.All)
        {
            // A column that nobody writes (who logged an activity) says who did something, not whose it is.
            if (resource.Fields.FirstOrDefault(f => f.Column == resource.OwnerColumn && f is { ReadOnly: false, Expression: null }) is not { } owner) continue;
            var parameters = events.Parameters(resource, [owner.Name], context.Caller.Actor, context.CausationId);
            parameters.AddDynamicParams(new { From = from, To = to, Member = owner.Name });
            var moved = (await session.Connection.QueryAsync<Guid>(new CommandDefinition(Sql(resource, owner.Column), parameters, session.Transaction, cancellationToken: ct))).ToArray();
            session.NextEventNumber += moved.Length;
            if (resource.Aggregate == typeof(Deal)) await figures.HandOverAsync(moved, from, ct);
        }
    }

    private static string Sql(Resource resource, string column) => $"""
        with changed as (
          update crm.{resource.Table} t set {column} = @To, version = t.version + 1, updated_at = @Now, updated_by = @ActorId
          where t.tenant_id = @TenantId and t.{column} = @From and t.deleted_at is null
          returning t.id, t.version, jsonb_build_object(@Member::text, @To::text) as patch, {SetBasedEvents.Whose(resource)})
        {SetBasedEvents.Append}
        returning aggregate_id
        """;
}
