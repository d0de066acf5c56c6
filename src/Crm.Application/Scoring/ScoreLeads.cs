using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Schedules;

namespace Crm.Application.Scoring;

/// <summary>Scores leads when they arrive or change, or somebody was in touch with them, and all of them when what they are scored by changes.</summary>
internal sealed class ScoreLeads(ScoringSetups setups, LeadScorer scorer, ILeadScores scores, IOutbox outbox) : ILogFollower
{
    public string Name => "scoring";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        var told = events.Select(e => e.Event).Where(e => e.Data.TryGetProperty("record", out _)).ToList();
        if (told.Any(ChangesSetup) || (told.Any(ChangesLeads) && !(await setups.ReadAsync(ct)).IsOff))
            await outbox.RepeatAsync(OutboxMessage.Without(Guid.Empty, events[0].TenantId), ScoreLeadsAnew.SinkName, ct);
        var activities = told.Where(e => e.AggregateType == "activity").Select(e => e.AggregateId).Distinct().ToList();
        var leads = told.Where(e => e.AggregateType == "lead").Select(e => e.AggregateId);
        // An activity that is moved to another lead leaves one behind.
        if (activities.Count > 0) leads = leads.Concat(await scores.LinkedAsync(activities, ct));
        await scorer.ScoreAsync([.. leads.Distinct()], evenIfOff: false, ct);
    }

    private static bool ChangesSetup(LogEvent e) => e.Type is "lead_scoring_model.activated" or "lead_scoring_model.deactivated" || e.AggregateType == "lead_scoring_rule";

    /// <summary>A custom field comes and goes with the rules that ask about it.</summary>
    private static bool ChangesLeads(LogEvent e) => e.AggregateType == "custom_field" && e.Data.GetProperty("record").TryGetProperty("entity", out var entity) && entity.ValueEquals("leads");
}

/// <summary>
/// Scores the next piece of a tenant's leads and orders itself anew for the rest in the same transaction. How far it has come is the id that its message carries.
/// </summary>
internal sealed class ScoreLeadsAnew(IUnitOfWork unit, LeadScorer scorer, ILeadScores scores, IOutbox outbox) : IOutboxSink
{
    public const string SinkName = "scoring.anew";
    private const int Piece = 500;

    public string Name => SinkName;

    public bool NeedsEvent => false;

    public Task DeliverAsync(OutboxMessage message, CancellationToken ct) => unit.TransactAsync(async () =>
    {
        var leads = await scores.NextAsync(message.EventId, Piece, ct);
        await scorer.ScoreAsync(leads, evenIfOff: true, ct);
        if (leads.Count == Piece) await outbox.RepeatAsync(OutboxMessage.Without(leads[^1], message.TenantId), SinkName, ct);
    }, ct);
}

/// <summary>Scores all leads of those whose points grow old, each day when the day begins in UTC.</summary>
internal sealed class ScoreLeadsDaily(ScoringSetups setups, IOutbox outbox, IRequestContext context) : ITenantSchedule
{
    // What is due is told by the database's clock, the day by the service's, which may be behind.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public string Name => "lead-scoring.decay";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        if (await setups.DecayAsync(ct)) await outbox.RepeatAtAsync(OutboxMessage.Without(Guid.Empty, context.Caller.TenantId), ScoreLeadsAnew.SinkName, due + Skew, ct);
    }
}
