using Crm.Application.Abstractions;
using Crm.Application.Schedules;

namespace Crm.Application.Matching;

/// <summary>What was ordered.</summary>
/// <param name="Unmatched">How many payments are tried.</param>
public sealed record MatchingOrder(long Unmatched);

/// <summary>
/// Orders the matching of all payments of which nothing was ever allocated or refunded. It goes on in the background, some hundreds at a time; what is clear is allocated, what is not is offered by
/// GET /payments/{id}/matches.
/// </summary>
[Requires(Permissions.PaymentsWrite)]
public sealed record MatchPayments : ICommand<MatchingOrder>;

internal sealed class MatchPaymentsHandler(MatchFactsReader reader, IOutbox outbox, IRequestContext context) : ICommandHandler<MatchPayments, MatchingOrder>
{
    public async Task<MatchingOrder> Handle(MatchPayments command, CancellationToken ct)
    {
        var unmatched = await reader.CountAsync(ct);
        if (unmatched > 0) await MatchPaymentsInTurn.OrderAsync(outbox, context.Caller.TenantId, Guid.Empty, ct);
        return new MatchingOrder(unmatched);
    }
}

/// <summary>
/// Matches the next piece of a tenant's payments and orders itself anew for the rest in the same transaction. How far it has come is the id that its message carries, and that id's last bit says
/// which half of the payments is meant: the two lanes run side by side, as the database has more than one processor. Two payments of one invoice may be in different lanes: it is held meanwhile.
/// </summary>
internal sealed class MatchPaymentsInTurn(IUnitOfWork unit, PaymentMatcher matcher, MatchFactsReader reader, IOutbox outbox) : IOutboxSink
{
    public const string SinkName = "payments.match";
    private const int Piece = 250;

    public string Name => SinkName;

    public bool NeedsEvent => false;

    /// <summary>Orders the matching of all payments after an id that are not matched.</summary>
    public static async Task OrderAsync(IOutbox outbox, Guid tenantId, Guid after, CancellationToken ct)
    {
        for (var lane = 0; lane < MatchFactsReader.Lanes; lane++) await outbox.RepeatAsync(OutboxMessage.Without(MatchFactsReader.InLane(after, lane), tenantId), SinkName, ct);
    }

    public Task DeliverAsync(OutboxMessage message, CancellationToken ct) => unit.TransactAsync(async () =>
    {
        var ids = await reader.NextAsync(message.EventId, Piece, ct);
        await matcher.MatchAsync(ids, ct);
        if (ids.Count == Piece) await outbox.RepeatAsync(OutboxMessage.Without(ids[^1], message.TenantId), SinkName, ct);
    }, ct);
}

/// <summary>Tries what is not matched again each day: an invoice may have been issued since.</summary>
internal sealed class MatchPaymentsDaily(MatchFactsReader reader, IOutbox outbox, IRequestContext context) : ITenantSchedule
{
    public string Name => "payments.match";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        if (await reader.AnyAsync(ct)) await MatchPaymentsInTurn.OrderAsync(outbox, context.Caller.TenantId, Guid.Empty, ct);
    }
}
