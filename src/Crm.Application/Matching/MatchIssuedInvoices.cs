using Crm.Application.Abstractions;
using Crm.Application.Events;

namespace Crm.Application.Matching;

/// <summary>
/// Orders another look at the payments that came before an invoice was issued and may be for it. The look is a transaction of its own, after that of the issue: money waits for nobody's number.
/// Where no payment waits, nothing is ordered.
/// </summary>
internal sealed class MatchIssuedInvoices(MatchFactsReader reader, IOutbox outbox) : ILogFollower
{
    public string Name => "matching";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        var issued = events.Where(e => e.Event.Type == "invoice.issued").ToList();
        if (issued.Count == 0 || !await reader.AnyAsync(ct)) return;
        foreach (var invoice in issued) await outbox.RepeatAsync(OutboxMessage.Without(invoice.Event.Id, invoice.TenantId), MatchIssuedInvoice.SinkName, ct);
    }
}

/// <summary>Looks again at the payments that may be for one invoice: at least once, and a second time finds nothing left of what the first allocated.</summary>
internal sealed class MatchIssuedInvoice(IUnitOfWork unit, PaymentMatcher matcher, MatchFactsReader reader, IRequestContext context) : IOutboxSink
{
    public const string SinkName = "payments.match-issued";

    public string Name => SinkName;

    public Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        context.FollowFrom(message.EventId, null);
        return unit.TransactAsync(async () => await matcher.MatchAsync(await reader.WaitingForAsync(message.AggregateId, ct), ct), ct);
    }
}
