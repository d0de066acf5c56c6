using Crm.Application.Abstractions;
using Crm.Application.Listing;

namespace Crm.Application.Tenants;

/// <summary>How the tenant stands on documents.</summary>
[Requires(Permissions.TenantRead)]
public sealed record GetTenantProfile : IQuery<RecordRow>;

internal sealed class GetTenantProfileHandler(RecordReader records, TenantProfileResource profiles, IRequestContext context) : IQueryHandler<GetTenantProfile, RecordRow>
{
    public Task<RecordRow> Handle(GetTenantProfile query, CancellationToken ct) => records.AnswerAsync(profiles, context.Caller.TenantId, ct);
}
