using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Auditing;
using Crm.Application.Listing;

namespace Crm.Application.Platform;

/// <summary>A use of the platform's key.</summary>
/// <param name="OccurredAt">When it was used.</param>
/// <param name="Action">The use case, such as SuspendTenant.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Code">With which code it was refused; null when it was not.</param>
/// <param name="TenantId">The organization it was about.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="RequestId">The X-Request-Id of the request.</param>
/// <param name="SourceAddress">The network address the request came from.</param>
public sealed record PlatformLogEntry(Guid Id, DateTimeOffset OccurredAt, string Action, AuditOutcome Outcome, string? Code, Guid? TenantId, JsonElement Request, string? RequestId, string? SourceAddress);

/// <summary>What the platform's key was used for, newest first, paged by cursor.</summary>
/// <param name="TenantId">Only what was about this organization.</param>
public sealed record GetPlatformLog(PageRequest Page, Guid? TenantId = null) : IQuery<DataPage<PlatformLogEntry>>, IPlatformRequest;

internal sealed class GetPlatformLogHandler(IPlatformLog log) : IQueryHandler<GetPlatformLog, DataPage<PlatformLogEntry>>
{
    public async Task<DataPage<PlatformLogEntry>> Handle(GetPlatformLog query, CancellationToken ct)
    {
        var rows = await log.ReadAsync(query.TenantId, Keyset.Of(query.Page)?.Id, query.Page.Take + 1, ct);
        return Keyset.Page(query.Page, rows, e => new Keyset(e.OccurredAt, e.Id));
    }
}
