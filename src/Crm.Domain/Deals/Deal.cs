using Crm.Domain.Common;
using Crm.Domain.Pipelines;

namespace Crm.Domain.Deals;

/// <summary>A sale in the making, on its way through the stages of a pipeline.</summary>
public sealed class Deal : Record<Deal, DealDetails>
{
    // What a move brings about is told by the move's own events.
    private static readonly string[] MovedMembers = ["pipelineId", "stageId", "actualCloseDate", "lostReason"];

    private Deal() { }

    /// <summary>How the deal stands: the kind of its stage.</summary>
    public DealStatus Status { get; private set; }

    /// <summary>True while the value is one that somebody stated, not the sum of the lines.</summary>
    public bool ValueStated { get; private set; }

    /// <summary>When it was closed; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <inheritdoc/>
    public override Guid? OwnerId => Details.OwnerId;

    /// <summary>
    /// Opens a deal. In a WON or LOST stage it is closed at once. Raises <see cref="Created{Deal}"/>, and <see cref="DealWon"/> or
    /// <see cref="DealLost"/>.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED; UNPROCESSABLE: the stage is none of the pipeline's.</exception>
    public static Deal Open(Guid id, DealDetails details, DealSetting setting)
    {
        var deal = new Deal { Id = id, ValueStated = details.Value is not null };
        var filled = deal.Filled(details, DealSettlement.Lines([], details.LineItems, setting), setting);
        var stage = StageOf(details.StageId, setting.Stages);
        deal.Begin(deal.Placed(filled, stage, setting.Today));
        if (stage.Kind != StageKind.Open) deal.Close(stage, setting.Now);
        return deal;
    }

    /// <summary>
    /// Changes what is stated about the deal. Another stage is a move: see <see cref="MoveTo"/>. Raises <see cref="Updated{Deal}"/> for
    /// the rest. Equal details change nothing.
    /// </summary>
    /// <param name="valueSent">True when the change speaks of the value: an amount states it, null hands it back to the lines.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED; UNPROCESSABLE: the stage is none of the pipeline's.</exception>
    public void Revise(DealDetails details, DealSetting setting, bool valueSent)
    {
        var before = Details;
        var from = setting.Former.Find(before.StageId);
        // What was derived and comes back as it was answered is no statement.
        if (before.Probability is null && details.Probability == from?.Probability) details = details with { Probability = null };
        var lines = DealSettlement.Lines(before.LineItems, details.LineItems, setting);
        if (valueSent && (ValueStated || details.Value != before.Value || !lines.Equals(before.LineItems))) ValueStated = details.Value is not null;
        var after = Filled(details, lines, setting);
        var samePipeline = setting.Stages.PipelineId == before.PipelineId;
        var moves = !samePipeline || details.StageId != before.StageId;
        // Another pipeline without one of its stages means its first one.
        var to = moves ? StageOf(!samePipeline && details.StageId == before.StageId ? null : details.StageId, setting.Stages) : from;
        if (moves) after = Placed(after, to!, setting.Today);
        else if (Status != DealStatus.Open) after = after with { ActualCloseDate = after.ActualCloseDate ?? setting.Today };
        if (after == before) return;

        Guard(before, after);
        moves = after.StageId != before.StageId;
        var members = DetailsDifference.Members(before, after).Except(moves ? MovedMembers : []).ToList();
        Set(after);
        if (members.Count > 0) Raise(new Updated<Deal>(Id, members));
        if (moves) Moved(before, from, to!, setting.Now);
    }

    /// <summary>
    /// Moves the deal to a stage; where it stands already, only what is stated besides changes. Entering a WON or LOST stage closes it
    /// (<see cref="DealWon"/>, <see cref="DealLost"/>), leaving one re-opens it (<see cref="DealReopened"/>). Raises <see cref="DealStageChanged"/>.
    /// </summary>
    /// <exception cref="CrmException">UNPROCESSABLE: the stage is none of the pipeline's.</exception>
    public void MoveTo(Guid stageId, DateOnly? actualCloseDate, string? lostReason, DealSetting setting) => Revise(Details with
    {
        StageId = stageId,
        ActualCloseDate = actualCloseDate ?? Details.ActualCloseDate,
        LostReason = lostReason ?? Details.LostReason,
    }, setting, valueSent: false);

    /// <summary>Changes what needs no setting, such as the owner.</summary>
    public override void Revise(DealDetails details)
    {
        if (details.StageId != Details.StageId || details.PipelineId != Details.PipelineId || !details.LineItems.Equals(Details.LineItems) || details.Value != Details.Value)
            throw new InvalidOperationException("Stage, lines and value of a deal change in its setting.");
        base.Revise(details);
    }

    /// <inheritdoc/>
    protected override void Guard(DealDetails? before, DealDetails after)
    {
        Require.Text(after.Title, "title");
        if (after.Probability is < 0 or > 100) throw CrmException.Validation("probability", "must be between 0 and 100");
    }

    private static Stage StageOf(Guid? id, StageSet stages) =>
        id is null ? stages.First : stages.Find(id) ?? throw DealErrors.StrangeStage();

    private DealDetails Filled(DealDetails details, ValueList<LineItem> lines, DealSetting setting) => details with
    {
        PipelineId = setting.Stages.PipelineId,
        OpenedOn = details.OpenedOn ?? setting.Today,
        LineItems = lines,
        Value = ValueStated ? details.Value : DealSettlement.Sum(lines),
    };

    /// <summary>The details in their new stage. What was said about a closing (day, reason) ends with it, unless it is stated anew.</summary>
    private DealDetails Placed(DealDetails details, Stage to, DateOnly today)
    {
        var ends = Status != DealStatus.Open && Status != StatusOf(to.Kind);
        var day = ends && details.ActualCloseDate == Details.ActualCloseDate ? null : details.ActualCloseDate;
        return details with
        {
            StageId = to.Id,
            ActualCloseDate = to.Kind == StageKind.Open ? day : day ?? today,
            LostReason = ends && details.LostReason == Details.LostReason ? null : details.LostReason,
        };
    }

    private void Moved(DealDetails before, Stage? from, Stage to, DateTimeOffset now)
    {
        var was = Status;
        Raise(new DealStageChanged(Id, before.PipelineId!.Value, Details.PipelineId!.Value, before.StageId!.Value, to.Id!.Value, from?.Name, to.Name,
            to.Kind, was, StatusOf(to.Kind), Details.Value));
        if (was == StatusOf(to.Kind)) return;
        if (was != DealStatus.Open && to.Kind == StageKind.Open) Reopen(from, to);
        else Close(to, now);
    }

    private void Close(Stage stage, DateTimeOffset now)
    {
        (Status, ClosedAt) = (StatusOf(stage.Kind), now);
        Raise(Status == DealStatus.Won
            ? new DealWon(Id, stage.Id!.Value, stage.Name, Details.Value, Details.ActualCloseDate!.Value, Details.CustomerId)
            : new DealLost(Id, stage.Id!.Value, stage.Name, Details.Value, Details.ActualCloseDate!.Value, Details.LostReason, Details.CustomerId));
    }

    private void Reopen(Stage? from, Stage to)
    {
        var was = Status;
        (Status, ClosedAt) = (DealStatus.Open, null);
        Raise(new DealReopened(Id, was, from?.Id, from?.Name, to.Id!.Value, to.Name, Details.Value));
    }

    private static DealStatus StatusOf(StageKind kind) => kind switch
    {
        StageKind.Won => DealStatus.Won,
        StageKind.Lost => DealStatus.Lost,
        _ => DealStatus.Open,
    };
}
