using Crm.Application.Schedules;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Schedules;

/// <summary>Once a day, deletes a tenant's answers that are no longer replayed, and sessions that nothing can renew.</summary>
internal sealed class ForgetAnswers(TenantSession session) : ITenantSchedule
{
    // Answers are replayed for 24 hours.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public string Name => "answers.expire";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public Task RunAsync(DateTimeOffset due, CancellationToken ct) => session.Connection.ExecuteAsync(new CommandDefinition("""
        delete from crm.idempotency_keys where tenant_id = @TenantId and created_at < @Before;
        delete from crm.sessions s where s.tenant_id = @TenantId and s.last_used_at < @Before and not exists (select from crm.refresh_tokens t where t.family_id = s.id)
        """, new { session.TenantId, Before = due - Kept }, session.Transaction, cancellationToken: ct));
}
