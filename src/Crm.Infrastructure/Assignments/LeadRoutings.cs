using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Routing;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Assignments;

/// <inheritdoc cref="ILeadRoutings"/>
internal sealed class LeadRoutings(TenantSession session) : ILeadRoutings
{
    public Task<bool> HasAsync(Guid eventId, CancellationToken ct) => session.Connection.QuerySingleAsync<bool>(new CommandDefinition(
        "select exists (select from crm.lead_routings where tenant_id = @TenantId and event_id = @EventId)", new { session.TenantId, EventId = eventId }, session.Transaction, cancellationToken: ct));

    public Task AddAsync(LeadRouting routing, Guid? eventId, CancellationToken ct)
    {
        const string sql = """
            insert into crm.lead_routings (tenant_id, id, lead_id, event_id, outcome, rule_id, owner_id, rules, routed_at)
            values (@TenantId, @Id, @LeadId, @EventId, @Outcome, @RuleId, @OwnerId, @Rules::jsonb, @RoutedAt)
            """;
        return session.Connection.ExecuteAsync(new CommandDefinition(sql, new
        {
            session.TenantId, Id = Ids.New(routing.RoutedAt!.Value), routing.LeadId, EventId = eventId, Outcome = Choices.Text(routing.Outcome!.Value), routing.RuleId, routing.OwnerId,
            Rules = JsonSerializer.Serialize(routing.Rules, WireJson.Options), routing.RoutedAt,
        }, session.Transaction, cancellationToken: ct));
    }
}
