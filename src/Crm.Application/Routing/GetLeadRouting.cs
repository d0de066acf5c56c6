using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Routing;

/// <summary>What came of routing a lead, the last time: which rule gave it to whom, or why it was given to nobody.</summary>
[Requires(Permissions.LeadsRead)]
public sealed record GetLeadRouting(Guid Id) : IQuery<LeadRouting>;

internal sealed class GetLeadRoutingHandler(IReadDb db, LeadResource leads, IRequestContext context) : IQueryHandler<GetLeadRouting, LeadRouting>
{
    private const string Sql = """
        select r.outcome as Outcome, r.rule_id as RuleId, r.owner_id as OwnerId, r.rules::text as Rules, r.routed_at as RoutedAt
        from crm_read.leads t left join lateral (
          select * from crm_read.lead_routings r where r.tenant_id = @TenantId and r.lead_id = t.id order by r.routed_at desc, r.id desc limit 1) r on true
        where t.tenant_id = @TenantId and t.id = @Id
        """;

    public async Task<LeadRouting> Handle(GetLeadRouting query, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Id"] = query.Id };
        var row = await db.FirstOrDefaultAsync<Row>($"{Sql} and {RecordScope.Of(leads, context.Caller, parameters, deleted: false)}", parameters, ct) ?? throw CrmException.NotFound(leads.Singular);
        RoutingOutcome? outcome = Choices.TryParse(typeof(RoutingOutcome), row.Outcome ?? "", out var found) ? (RoutingOutcome)found : null;
        return new LeadRouting(query.Id, outcome, row.RuleId, row.OwnerId, row.Rules is null ? [] : JsonSerializer.Deserialize<RoutingStep[]>(row.Rules, WireJson.Options)!, row.RoutedAt);
    }

    private sealed record Row
    {
        public string? Outcome { get; init; }
        public Guid? RuleId { get; init; }
        public Guid? OwnerId { get; init; }
        public string? Rules { get; init; }
        public DateTime? RoutedAt { get; init; }
    }
}
