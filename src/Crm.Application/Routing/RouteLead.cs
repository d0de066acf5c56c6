using Crm.Application.Abstractions;
using Crm.Application.Behaviors;

namespace Crm.Application.Routing;

/// <summary>
/// Routes a lead by the rules now, whosever it is, and says what came of it: UNMATCHED or UNASSIGNED leave it whose it is. LEAD_ALREADY_CONVERTED.
/// </summary>
[Requires(Permissions.LeadsWrite)]
public sealed record RouteLead(Guid Id) : ICommand<LeadRouting>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "leads";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RouteLeadHandler(LeadRouter router) : ICommandHandler<RouteLead, LeadRouting>
{
    public Task<LeadRouting> Handle(RouteLead command, CancellationToken ct) => router.RouteAsync(command.Id, ct);
}
