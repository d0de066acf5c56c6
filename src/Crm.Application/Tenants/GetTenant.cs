using Crm.Application.Abstractions;
using Crm.Application.Listing;

namespace Crm.Application.Tenants;

/// <summary>The tenant's settings.</summary>
[Requires(Permissions.TenantRead)]
public sealed record GetTenant : IQuery<RecordRow>;

internal sealed class GetTenantHandler(RecordReader records, TenantResource tenants, IRequestContext context) : IQueryHandler<GetTenant, RecordRow>
{
    public Task<RecordRow> Handle(GetTenant query, CancellationToken ct) => records.AnswerAsync(tenants, context.Caller.TenantId, ct);
}
