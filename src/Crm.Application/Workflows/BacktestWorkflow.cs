using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>How often a step would have been taken.</summary>
/// <param name="Index">Its place in the rule's actions, from 0.</param>
/// <param name="Type">What it does.</param>
/// <param name="Count">How often.</param>
public sealed record StepCount(int Index, WorkflowActionType Type, int Count);

/// <summary>One event on which the rule would have run.</summary>
/// <param name="EventId">The event.</param>
/// <param name="RecordId">The record it is about.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="Effects">What its steps would have done.</param>
public sealed record BacktestHit(Guid EventId, Guid RecordId, DateTimeOffset OccurredAt, IReadOnlyList<string> Effects);

/// <summary>What a rule would have done.</summary>
/// <param name="Events">How many events of the resource were looked at.</param>
/// <param name="Fired">How often it would have run.</param>
/// <param name="Skipped">How often it was set off, but its conditions did not hold.</param>
/// <param name="Suppressed">How often it would not have run because many records changed at once.</param>
/// <param name="Stopped">How often it would have been stopped from going round in a circle.</param>
/// <param name="Records">How many different records it would have run on.</param>
/// <param name="WouldLoop">Whether its own steps set it off again.</param>
/// <param name="Steps">How often each step would have been taken.</param>
/// <param name="Sample">The first of the runs.</param>
/// <param name="IsComplete">False when there were more events than one backtest looks at; the range has to be smaller then.</param>
public sealed record Backtest(int Events, int Fired, int Skipped, int Suppressed, int Stopped, int Records, bool WouldLoop, IReadOnlyList<StepCount> Steps, IReadOnlyList<BacktestHit> Sample, bool IsComplete);

/// <summary>
/// Asks a rule, active or not, about the events of a time that is past, as it would have been asked live, and does nothing: how often it would have run, on what,
/// with which steps, and whether it would go round in a circle.
/// </summary>
/// <param name="From">The first moment; before the last.</param>
/// <param name="To">The moment after the last; now, when absent.</param>
[Requires(Permissions.WorkflowRulesRead)]
public sealed record BacktestWorkflow(Guid Id, DateTimeOffset From, DateTimeOffset? To) : IQuery<Backtest>;

internal sealed class BacktestWorkflowHandler(IReadDb db, ActiveRules rules, RecordChanges changes, ResourceCatalog resources, IRequestContext context, TimeProvider clock) : IQueryHandler<BacktestWorkflow, Backtest>
{
    private const int Piece = 500, MostPieces = 100, Shown = 20;
    private static readonly string Sql = LogSql.Of("e.aggregate_type = @Type and e.state is not null and e.occurred_at >= @From and e.occurred_at < @To");

    public async Task<Backtest> Handle(BacktestWorkflow query, CancellationToken ct)
    {
        var to = query.To ?? clock.GetUtcNow();
        if (query.From >= to) throw CrmException.Validation("from", query.To is null ? "must be in the past" : "must be before to");
        var rule = await rules.OneAsync(query.Id, ct);
        if (rule.Broken is { } broken) throw CrmException.Conflict("INVALID_STATE", broken);
        var tally = new Tally(rule);
        var place = LogPosition.Beginning;
        for (var pieces = 0; pieces < MostPieces; pieces++)
        {
            var parameters = LogSql.Parameters(place, Piece);
            (parameters["Type"], parameters["From"], parameters["To"]) = (rule.Resource.EventName, query.From, to);
            var page = LogSql.Page(await db.QueryAsync<LogRow>(Sql, parameters, ct), context.Caller, resources, place, Piece);
            await AskAsync(rule, page.Events, tally, ct);
            if (!page.More) return tally.Result(isComplete: true);
            place = page.Next;
        }
        return tally.Result(isComplete: false);
    }

    private async Task AskAsync(ReadyRule rule, IReadOnlyList<LoggedEvent> events, Tally tally, CancellationToken ct)
    {
        tally.Events += events.Count;
        if (events.Count == 0) return;
        var places = events.ToDictionary(e => e.Event.Id, e => e.Place);
        var setOff = (await changes.ReadAsync(rule.Resource, [.. events.Select(e => e.Event)], ct)).Where(rule.IsSetOff).ToList();
        var holding = setOff.Where(c => rule.Holds(c.After, c.Before)).ToList();
        tally.Skipped += setOff.Count - holding.Count;
        if (holding.Count == 0) return;
        var chains = await changes.ChainsAsync([.. holding.Select(c => c.EventId)], ct);
        var many = rule.Bulk == WorkflowBulkPolicy.Suppress ? await changes.ManyAsync([.. holding.Select(c => places[c.EventId])], ct) : new HashSet<(long, long)>();
        foreach (var change in holding) tally.Add(change, chains[change.EventId], many.Contains((places[change.EventId].Epoch, places[change.EventId].Xid)));
    }

    private sealed class Tally(ReadyRule rule)
    {
        private readonly HashSet<(Guid Event, Guid Record)> _fired = [];
        private readonly List<BacktestHit> _sample = [];
        private int _suppressed, _stopped;
        private bool _wouldLoop;

        public int Events { get; set; }
        public int Skipped { get; set; }

        public void Add(RecordChange change, CauseChain chain, bool isSuppressed)
        {
            // Live, what followed from a run of its own on the same record stops it, and so does a chain that is too long.
            if (chain.Depth >= RecordChanges.MaxDepth || chain.Causes.Any(cause => _fired.Contains((cause, change.RecordId)))) _stopped++;
            else if (isSuppressed) _suppressed++;
            else
            {
                _fired.Add((change.EventId, change.RecordId));
                _wouldLoop |= Effects.WouldLoop(rule, change.RecordId, change.After);
                if (_sample.Count < Shown) _sample.Add(new BacktestHit(change.EventId, change.RecordId, change.OccurredAt, [.. rule.Actions.Select(a => Effects.Of(a, change.After))]));
            }
        }

        public Backtest Result(bool isComplete) => new(Events, _fired.Count, Skipped, _suppressed, _stopped, _fired.Select(f => f.Record).Distinct().Count(), _wouldLoop || _stopped > 0,
            [.. rule.Actions.Select((a, i) => new StepCount(i, a.Type, _fired.Count))], _sample, isComplete);
    }
}
