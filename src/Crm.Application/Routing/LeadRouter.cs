using Crm.Application.Abstractions;
using Crm.Application.Assignments;
using Crm.Application.CustomFields;
using Crm.Application.Events;
using Crm.Application.Leads;
using Crm.Domain.Leads;

namespace Crm.Application.Routing;

/// <summary>
/// Routes one lead in the open transaction: the first rule that it meets, and that has somebody to give it to, decides. The lead is held first and the turn of the rule
/// afterwards, by everybody who assigns, so that nobody waits in a ring.
/// </summary>
public sealed class LeadRouter(IRepository<Lead> leads, ActiveRoutingRules rules, Assigner assigner, ILeadRoutings routings, IReadDb db, LeadResource resource, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    private const string StateSql = $"select {LastState.Sql} from crm_read.leads t where t.tenant_id = @TenantId and t.id = @Id";

    /// <summary>Routes a lead whoever it belongs to.</summary>
    /// <exception cref="Domain.Common.CrmException">NOT_FOUND, PRECONDITION_FAILED, LEAD_ALREADY_CONVERTED.</exception>
    internal async Task<LeadRouting> RouteAsync(Guid leadId, CancellationToken ct)
    {
        var lead = await leads.GetAsync(leadId, ct);
        lead.EnsureOpen();
        return await RouteAsync(lead, null, ct);
    }

    /// <summary>Routes a lead that has arrived, once per event: nothing is done where that was done, the lead is gone or converted, or somebody has it by now.</summary>
    internal async Task ArrivedAsync(Guid leadId, Guid eventId, CancellationToken ct)
    {
        if (await leads.FindAsync(leadId, ct) is not { ConvertedAt: null } lead || await routings.HasAsync(eventId, ct)) return;
        if (lead.IsUnclaimed) await RouteAsync(lead, eventId, ct);
        else await routings.AddAsync(new LeadRouting(leadId, RoutingOutcome.Claimed, null, lead.OwnerId, [], clock.GetUtcNow()), eventId, ct);
    }

    private async Task<LeadRouting> RouteAsync(Lead lead, Guid? eventId, CancellationToken ct)
    {
        var active = await rules.AllAsync(ct);
        var data = await db.FirstOrDefaultAsync<string>(StateSql, new { lead.Id }, ct);
        var state = CustomFieldNames.Told(context.Caller.CustomFields.Of(resource.Name), data ?? """{"record": {}}""").GetProperty("record");
        var (steps, now) = (new List<RoutingStep>(), clock.GetUtcNow());
        var routing = new LeadRouting(lead.Id, RoutingOutcome.Unmatched, null, lead.OwnerId, steps, now);
        foreach (var rule in active)
        {
            var (pool, verdict) = rule.PoolOf(state);
            var next = pool is null ? null : await assigner.NextAsync(pool, resource, ct);
            if (pool is not null && next is null) (verdict, routing) = (RoutingVerdict.NobodyAvailable, routing with { Outcome = RoutingOutcome.Unassigned });
            steps.Add(rule.Step(verdict));
            if (next is not { } owner) continue;
            lead.Route(rule.Id, rule.Name, owner, rule.Strategy);
            routing = routing with { Outcome = RoutingOutcome.Routed, RuleId = rule.Id, OwnerId = owner };
            break;
        }
        await routings.AddAsync(routing, eventId, ct);
        return routing;
    }
}
