using Crm.Application.Abstractions;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Assignments;

/// <inheritdoc cref="IAssignmentTurns"/>
internal sealed class AssignmentTurns(TenantSession session) : IAssignmentTurns
{
    public Task<Guid?> HoldAsync(Guid ruleId, int slot, CancellationToken ct)
    {
        const string sql = """
            insert into crm.assignment_turns as t (tenant_id, pool, slot) values (@TenantId, @RuleId, @Slot)
            on conflict (tenant_id, pool, slot) do update set slot = excluded.slot
            returning t.last_member_id
            """;
        return session.Connection.QuerySingleAsync<Guid?>(Command(sql, new { session.TenantId, RuleId = ruleId, Slot = slot }, ct));
    }

    public Task MoveAsync(Guid ruleId, int slot, Guid userId, CancellationToken ct) => session.Connection.ExecuteAsync(Command(
        "update crm.assignment_turns set last_member_id = @UserId where tenant_id = @TenantId and pool = @RuleId and slot = @Slot",
        new { session.TenantId, RuleId = ruleId, Slot = slot, UserId = userId }, ct));

    // No row stands for a load.
    public Task HoldLoadsAsync(string resource, CancellationToken ct) => session.HoldAsync("assign:" + resource, ct);

    private CommandDefinition Command(string sql, object parameters, CancellationToken ct) => new(sql, parameters, session.Transaction, cancellationToken: ct);
}
