using Crm.Application.Abstractions;
using Crm.Application.Conditions;
using Crm.Application.Leads;
using Crm.Domain.Common;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>A rule made ready to be asked: its tree is read once.</summary>
internal sealed class ReadyScoringRule
{
    private readonly ConditionTree? _condition;
    private readonly int _points;
    private readonly string? _decayFrom;
    private readonly int? _halfLifeDays;

    public ReadyScoringRule(Guid id, string name, FreeJson? condition, int points, string? decayFrom, int? halfLifeDays, LeadResource leads, Caller caller)
    {
        (Id, Name, _points, _decayFrom, _halfLifeDays) = (id, name, points, decayFrom, halfLifeDays);
        try
        {
            _condition = ConditionTree.Parse(leads, condition?.Element ?? default, caller, "condition", isSaved: true);
        }
        catch (CrmException refusal)
        {
            // It fitted when it was saved; a custom field has been retired, renamed or given other options since.
            Broken = refusal.Message;
        }
        if (decayFrom is not null && !DecayDates.Has(decayFrom, caller.CustomFields.Of(leads.Name))) Broken ??= $"decayFrom: there is no date {decayFrom} any more.";
    }

    public Guid Id { get; }
    public string Name { get; }

    /// <summary>Why it cannot be asked; null when it can.</summary>
    public string? Broken { get; }

    /// <summary>What the lead gets by it today; null when it does not meet it.</summary>
    public RuleScore? Of(ScoredLead lead, DateOnly today)
    {
        if (Broken is not null || !_condition!.Matches(lead.State)) return null;
        if (_decayFrom is null) return new RuleScore(Id, Name, _points, _points, null, null, null, null);
        var since = DecayDates.Of(_decayFrom, lead);
        int? age = since is { } day ? Math.Max(today.DayNumber - day.DayNumber, 0) : null;
        return new RuleScore(Id, Name, _points, ScoreDecay.Of(_points, age ?? 0, _halfLifeDays!.Value), _decayFrom, since, age, _halfLifeDays);
    }
}

/// <summary>What a lead gets by a rule it meets.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Points">Its full points.</param>
/// <param name="DecayedPoints">What is left of them today, rounded to whole points: what the score is made of.</param>
/// <param name="DecayFrom">The date they grow old from; null when they do not.</param>
/// <param name="Since">The lead's date, in UTC; null when it has none, and nothing has grown old.</param>
/// <param name="AgeDays">Days since then.</param>
/// <param name="HalfLifeDays">After how many days half is left.</param>
public sealed record RuleScore(Guid RuleId, string Name, int Points, int DecayedPoints, string? DecayFrom, DateOnly? Since, int? AgeDays, int? HalfLifeDays);

/// <summary>A rule that no lead can meet as it is.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Reason">Why: it names a custom field that has been retired, say.</param>
public sealed record BrokenScoringRule(Guid RuleId, string Name, string Reason);
