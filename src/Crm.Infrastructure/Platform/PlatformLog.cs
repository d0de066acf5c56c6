using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Auditing;
using Crm.Application.Binding;
using Crm.Application.Platform;
using Crm.Domain.Common;
using Crm.Infrastructure.Identity;

namespace Crm.Infrastructure.Platform;

/// <summary>The log of the platform's key: rows that nobody changes.</summary>
internal sealed class PlatformLog(GlobalDb db, IRequestContext context, TimeProvider clock) : IPlatformLog
{
    private const string Insert = """
        insert into crm.platform_log (id, occurred_at, action, outcome, code, tenant_id, request, request_id, source_ip)
        values (@Id, @Now, @Action, @Outcome, @Code, @TenantId, @Request::jsonb, @RequestId, @SourceAddress)
        """;

    public Task DoneAsync(IPlatformRequest request, CancellationToken ct) => db.QueryAsync<int>(Insert, Row(request, AuditOutcome.Succeeded, null), ct);

    public Task RefusedAsync(IPlatformRequest request, string code, CancellationToken ct) => db.AloneAsync<int>(Insert, Row(request, AuditOutcome.Failed, code), ct);

    public async Task<IReadOnlyList<PlatformLogEntry>> ReadAsync(Guid? tenantId, Guid? before, int atMost, CancellationToken ct)
    {
        const string sql = """
            select l.id as Id, l.occurred_at as OccurredAt, l.action as Action, l.outcome as Outcome, l.code as Code, l.tenant_id as TenantId, l.request::text as Request,
              nullif(l.request_id, '') as RequestId, l.source_ip as SourceAddress
            from crm.platform_log l
            where (@TenantId::uuid is null or l.tenant_id = @TenantId) and (@Before::uuid is null or l.id < @Before)
            order by l.id desc limit @AtMost
            """;
        var rows = await db.QueryAsync<LogRow>(sql, new { TenantId = tenantId, Before = before, AtMost = atMost }, ct);
        return [.. rows.Select(r => new PlatformLogEntry(r.Id, r.OccurredAt, r.Action, Choices.TryParse(typeof(AuditOutcome), r.Outcome, out var outcome) ? (AuditOutcome)outcome : AuditOutcome.Failed, r.Code,
            r.TenantId, JsonSerializer.Deserialize<JsonElement>(r.Request), r.RequestId, r.SourceAddress))];
    }

    private object Row(IPlatformRequest request, AuditOutcome outcome, string? code)
    {
        var now = clock.GetUtcNow();
        return new
        {
            Id = Ids.New(now), Now = now, Action = request.GetType().Name, Outcome = Choices.Text(outcome), Code = code, TenantId = request.AboutTenant,
            Request = JsonSerializer.Serialize(request, request.GetType(), WireJson.Options), context.RequestId, context.SourceAddress,
        };
    }

    private sealed record LogRow(Guid Id, DateTime OccurredAt, string Action, string Outcome, string? Code, Guid? TenantId, string Request, string? RequestId, string? SourceAddress);
}
