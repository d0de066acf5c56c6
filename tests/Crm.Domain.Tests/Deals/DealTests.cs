using Crm.Domain.Common;
using Crm.Domain.Deals;
using static Crm.Domain.Tests.Deals.DealExamples;

namespace Crm.Domain.Tests.Deals;

public sealed class DealTests
{
    [Fact]
    public void A_deal_that_says_nothing_begins_today_in_the_first_open_stage()
    {
        var deal = Deal.Open(Guid.CreateVersion7(), Details, Setting());

        deal.Details.PipelineId.ShouldBe(Sales.Id);
        deal.Details.StageId.ShouldBe(Stage("LEAD"));
        deal.Details.OpenedOn.ShouldBe(Today);
        deal.Details.Value.ShouldBeNull();
        deal.Status.ShouldBe(DealStatus.Open);
        deal.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Created<Deal>>();
    }

    [Fact]
    public void A_deal_opened_in_a_won_stage_is_won_at_once()
    {
        var deal = Deal.Open(Guid.CreateVersion7(), Details with { StageId = Stage("CLOSED_WON"), ActualCloseDate = new(2017, 3, 1) }, Setting());

        deal.Status.ShouldBe(DealStatus.Won);
        deal.Details.ActualCloseDate.ShouldBe(new DateOnly(2017, 3, 1));
        deal.DrainEvents().Names().ShouldBe(["Created`1", "DealWon"]);
    }

    [Fact]
    public void A_stage_of_another_pipeline_is_refused() =>
        ((Action)(() => Open(Details with { StageId = Stage("Met") }))).Refused(ErrorKind.Unprocessable, "stageId");

    [Fact]
    public void Moving_to_an_open_stage_tells_the_move_and_nothing_else()
    {
        var deal = OpenIn("LEAD");
        deal.MoveTo(Stage("PROPOSAL"), null, null, Setting());

        var moved = deal.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<DealStageChanged>();
        moved.FromStage.ShouldBe("LEAD");
        moved.ToStage.ShouldBe("PROPOSAL");
        deal.Details.ActualCloseDate.ShouldBeNull();
    }

    [Fact]
    public void Entering_a_won_stage_closes_today()
    {
        var deal = OpenIn("NEGOTIATION");
        deal.MoveTo(Stage("CLOSED_WON"), null, null, Setting());

        deal.Status.ShouldBe(DealStatus.Won);
        deal.Details.ActualCloseDate.ShouldBe(Today);
        deal.ClosedAt.ShouldBe(Now);
        deal.DrainEvents().Names().ShouldBe(["DealStageChanged", "DealWon"]);
    }

    [Fact]
    public void Entering_a_lost_stage_keeps_the_day_and_the_reason_stated()
    {
        var deal = OpenIn("LEAD");
        deal.MoveTo(Stage("CLOSED_LOST"), new(2026, 2, 3), "Price", Setting());

        deal.Status.ShouldBe(DealStatus.Lost);
        var lost = deal.DrainEvents().OfType<DealLost>().ShouldHaveSingleItem();
        lost.LostReason.ShouldBe("Price");
        lost.ActualCloseDate.ShouldBe(new DateOnly(2026, 2, 3));
    }

    [Fact]
    public void Moving_to_where_it_stands_changes_nothing()
    {
        var deal = OpenIn("CLOSED_WON");
        deal.MoveTo(Stage("CLOSED_WON"), null, null, Setting(today: Today.AddDays(9)));

        deal.DrainEvents().ShouldBeEmpty();
        deal.Details.ActualCloseDate.ShouldBe(Today);
    }

    [Fact]
    public void Leaving_a_closed_stage_reopens_and_forgets_the_closing()
    {
        var deal = Open(Details with { StageId = Stage("CLOSED_LOST"), LostReason = "Price" });
        deal.MoveTo(Stage("QUALIFIED"), null, null, Setting());

        deal.Status.ShouldBe(DealStatus.Open);
        deal.ClosedAt.ShouldBeNull();
        deal.Details.ActualCloseDate.ShouldBeNull();
        deal.Details.LostReason.ShouldBeNull();
        deal.DrainEvents().Names().ShouldBe(["DealStageChanged", "DealReopened"]);
    }

    [Fact]
    public void From_lost_to_won_is_a_new_closing()
    {
        var deal = Open(Details with { StageId = Stage("CLOSED_LOST"), LostReason = "Price", ActualCloseDate = new(2025, 1, 1) });
        deal.MoveTo(Stage("CLOSED_WON"), null, null, Setting());

        deal.Status.ShouldBe(DealStatus.Won);
        deal.Details.ActualCloseDate.ShouldBe(Today);
        deal.Details.LostReason.ShouldBeNull();
        deal.DrainEvents().Names().ShouldBe(["DealStageChanged", "DealWon"]);
    }

    [Fact]
    public void A_revision_that_names_another_stage_is_a_move()
    {
        var deal = OpenIn("LEAD");
        deal.Revise(deal.Details with { StageId = Stage("CLOSED_WON"), Notes = "At last" }, Setting(), valueSent: false);

        deal.Status.ShouldBe(DealStatus.Won);
        var events = deal.DrainEvents();
        events.Names().ShouldBe(["Updated`1", "DealStageChanged", "DealWon"]);
        ((Updated<Deal>)events[0]).Members.ShouldBe(["notes"]);
    }

    [Fact]
    public void An_equal_revision_changes_nothing()
    {
        var deal = Open(Details with { LineItems = [Line(Engine, 2)] });
        deal.Revise(deal.Details with { LineItems = [Line(Engine, 2)] }, Setting(), valueSent: false);
        deal.DrainEvents().ShouldBeEmpty();
    }

    [Fact]
    public void Another_pipeline_begins_at_its_first_stage()
    {
        var deal = OpenIn("PROPOSAL");
        deal.Revise(deal.Details with { PipelineId = Partners.Id }, Setting(Partners, Sales), valueSent: false);

        deal.Details.StageId.ShouldBe(Stage("Met"));
        deal.DrainEvents().OfType<DealStageChanged>().Single().FromStage.ShouldBe("PROPOSAL");
    }

    [Fact]
    public void Another_pipeline_with_a_stage_of_the_old_one_is_refused()
    {
        var deal = OpenIn("PROPOSAL");
        ((Action)(() => deal.Revise(deal.Details with { PipelineId = Partners.Id, StageId = Stage("LEAD") }, Setting(Partners, Sales), false)))
            .Refused(ErrorKind.Unprocessable, "stageId");
    }

    [Fact]
    public void A_probability_that_comes_back_as_answered_still_follows_the_stage()
    {
        var deal = OpenIn("LEAD");
        deal.Revise(deal.Details with { Probability = 10, StageId = Stage("PROPOSAL") }, Setting(), valueSent: false);
        deal.Details.Probability.ShouldBeNull();

        deal.Revise(deal.Details with { Probability = 60 }, Setting(), valueSent: false);
        deal.Details.Probability.ShouldBe(60);
    }

    [Fact]
    public void A_closed_deal_never_lacks_its_day()
    {
        var deal = OpenIn("CLOSED_WON");
        deal.Revise(deal.Details with { ActualCloseDate = null }, Setting(today: Today.AddDays(1)), valueSent: false);
        deal.Details.ActualCloseDate.ShouldBe(Today.AddDays(1));
    }
}
