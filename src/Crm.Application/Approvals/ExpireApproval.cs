using Crm.Application.Abstractions;
using Crm.Application.Workflows;
using Crm.Domain.Approvals;

namespace Crm.Application.Approvals;

/// <summary>Ends an approval whose time is over, unless somebody has decided before: whoever comes first holds the record.</summary>
internal sealed class ExpireApproval(IUnitOfWork unit, IRepository<Approval> approvals, IOutbox outbox, ISystemCallers callers, IRequestContext context, TimeProvider clock) : IOutboxSink
{
    /// <summary>What the outbox calls it.</summary>
    public const string SinkName = ClockSinks.Approval;

    public string Name => SinkName;

    public bool NeedsEvent => false;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        context.ActAs(await callers.FindAsync(message.TenantId, ct) ?? throw new InvalidOperationException("There is no such tenant."));
        await unit.TransactAsync(async () =>
        {
            if (await approvals.FindAsync(message.EventId, ct) is { Status: ApprovalStatus.Pending, Details.ExpiresAt: { } due } approval)
            {
                approval.Expire(clock.GetUtcNow());
                // The database's clock, by which this is due, may be ahead of ours.
                if (approval.Status == ApprovalStatus.Pending) await outbox.RepeatAtAsync(message, SinkName, due + TimeSpan.FromSeconds(1), ct);
            }
        }, ct);
    }
}
