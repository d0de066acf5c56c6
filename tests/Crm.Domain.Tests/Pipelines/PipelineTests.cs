using Crm.Domain.Common;
using Crm.Domain.Pipelines;

namespace Crm.Domain.Tests.Pipelines;

public sealed class PipelineTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    private static PipelineDetails Details(params Stage[] stages) => new() { Name = "Sales", Stages = [.. stages] };

    private static Stage Named(string name, StageKind kind = StageKind.Open) => new() { Name = name, Kind = kind };

    private static Pipeline Define(params Stage[] stages)
    {
        var pipeline = Pipeline.Define(Guid.CreateVersion7(), Details(stages), Now);
        pipeline.DrainEvents();
        return pipeline;
    }

    [Fact]
    public void The_standard_pipeline_is_that_of_the_product_page()
    {
        var pipeline = Pipeline.DefineStandard(Guid.CreateVersion7(), Now);
        pipeline.Details.IsDefault.ShouldBeTrue();
        pipeline.Details.Stages.Select(s => $"{s.Name} {s.Probability} {s.Kind}").ShouldBe(
            ["LEAD 10 Open", "QUALIFIED 25 Open", "PROPOSAL 50 Open", "NEGOTIATION 75 Open", "CLOSED_WON 100 Won", "CLOSED_LOST 0 Lost"]);
        pipeline.Details.Stages.Select(s => s.Position).ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Stated_positions_decide_the_order() =>
        Define(Named("B") with { Position = 20 }, Named("A") with { Position = 10 }).Details.Stages.Select(s => s.Name).ShouldBe(["A", "B"]);

    [Fact]
    public void What_a_stage_does_not_say_about_its_probability_its_kind_says() =>
        Define(Named("A"), Named("W", StageKind.Won), Named("L", StageKind.Lost)).Details.Stages.Select(s => s.Probability).ShouldBe([50, 100, 0]);

    [Fact]
    public void A_pipeline_without_an_open_stage_is_refused() =>
        Should.Throw<CrmException>(() => Define(Named("Won", StageKind.Won))).Errors!.Keys.ShouldBe(["stages"]);

    [Fact]
    public void Everything_wrong_with_the_stages_is_told_at_once() =>
        Should.Throw<CrmException>(() => Define(Named("A"), Named("") with { Probability = 101 }, Named(new string('x', 301)) with { Position = 7 })).Errors!.Keys
            .ShouldBe(["stages[1].name", "stages[1].probability", "stages[2].name"], ignoreOrder: true);

    [Fact]
    public void Stages_sent_again_stay_the_same_stages()
    {
        var pipeline = Define(Named("A"), Named("B"));
        pipeline.Redraw(Details(Named("A"), Named("B")), Now).ShouldBeEmpty();
        pipeline.DrainEvents().ShouldBeEmpty();
    }

    [Fact]
    public void A_stage_is_renamed_by_its_id()
    {
        var pipeline = Define(Named("A"), Named("B"));
        var a = pipeline.Details.Stages[0];
        pipeline.Redraw(Details(a with { Name = "First" }, Named("B")), Now).ShouldBeEmpty();
        pipeline.Details.Stages[0].Id.ShouldBe(a.Id);
        pipeline.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Updated<Pipeline>>();
    }

    [Fact]
    public void Stages_that_go_or_change_their_kind_are_told()
    {
        var pipeline = Define(Named("A"), Named("B"), Named("C"));
        var ids = pipeline.Details.Stages.Select(s => s.Id!.Value).ToArray();
        pipeline.Redraw(Details(Named("A"), Named("C", StageKind.Won)), Now).ShouldBe([ids[1], ids[2]]);
    }

    [Fact]
    public void The_id_of_a_strange_stage_is_refused() =>
        Should.Throw<CrmException>(() => Define(Named("A") with { Id = Guid.CreateVersion7() })).Code.ShouldBe("UNPROCESSABLE");

    [Fact]
    public void The_default_neither_steps_down_by_itself_nor_goes()
    {
        var pipeline = Pipeline.DefineStandard(Guid.CreateVersion7(), Now);
        Should.Throw<CrmException>(() => pipeline.Redraw(pipeline.Details with { IsDefault = false }, Now)).Code.ShouldBe("INVALID_STATE");
        Should.Throw<CrmException>(() => pipeline.Delete(Guid.CreateVersion7(), Now)).Code.ShouldBe("INVALID_STATE");
        pipeline.StepDown();
        pipeline.Delete(Guid.CreateVersion7(), Now);
        pipeline.DeletedAt.ShouldBe(Now);
    }
}
