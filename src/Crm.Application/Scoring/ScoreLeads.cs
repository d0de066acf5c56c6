using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Events;

namespace Crm.Application.Scoring;

/// <summary>Scores leads when they arrive or change, and all of them when what they are scored by changes.</summary>
internal sealed class ScoreLeads(ScoringSetups setups, ILeadScores scores, IOutbox outbox) : ILogFollower
{
    public string Name => "scoring";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        if (events.FirstOrDefault(e => ChangesSetup(e.Event.Type)) is { } change)
            await outbox.RepeatAsync(OutboxMessage.Without(Guid.Empty, change.TenantId), ScoreLeadsAnew.SinkName, ct);
        // Of several changes of a lead the last one counts; a conversion ends it.
        var last = events.Select(e => e.Event).Where(e => e.AggregateType == "lead" && e.Data.TryGetProperty("record", out _)).GroupBy(e => e.AggregateId).Select(g => g.Last()).ToList();
        if (last.Count == 0) return;
        var setup = await setups.ReadAsync(ct);
        if (setup.IsOff) return;
        await scores.StoreAsync([.. last.Select(e => (e.AggregateId, setup.Of(e.Data.GetProperty("record")).Score))], ct);
    }

    private static bool ChangesSetup(string type) => type is "lead_scoring_model.activated" or "lead_scoring_model.deactivated";
}

/// <summary>
/// Scores the next piece of a tenant's leads and orders itself anew for the rest in the same transaction. How far it has come is the id that its message carries.
/// </summary>
internal sealed class ScoreLeadsAnew(IUnitOfWork unit, ScoringSetups setups, ILeadScores scores, IOutbox outbox, ILatestCustomFields fields, IRequestContext context) : IOutboxSink
{
    public const string SinkName = "scoring.anew";
    private const int Piece = 500;

    public string Name => SinkName;

    public bool NeedsEvent => false;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        await unit.TransactAsync(async () =>
        {
            await fields.RenewAsync(ct);
            var setup = await setups.ReadAsync(ct);
            var leads = await scores.NextAsync(message.EventId, Piece, ct);
            var known = context.Caller.CustomFields.Of("leads");
            await scores.StoreAsync([.. leads.Select(l => (l.LeadId, setup.Of(CustomFieldNames.Told(known, l.Data).GetProperty("record")).Score))], ct);
            if (leads.Count == Piece) await outbox.RepeatAsync(OutboxMessage.Without(leads[^1].LeadId, message.TenantId), SinkName, ct);
        }, ct);
    }
}
