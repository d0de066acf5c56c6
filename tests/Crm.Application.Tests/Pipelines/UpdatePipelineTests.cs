using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.Pipelines;
using Crm.Domain.Common;
using Crm.Domain.Pipelines;
using NSubstitute;

namespace Crm.Application.Tests.Pipelines;

public sealed class UpdatePipelineTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private readonly IPipelineRepository _pipelines = Substitute.For<IPipelineRepository>();
    private readonly Pipeline _default = Pipeline.DefineStandard(Guid.CreateVersion7(), Now);
    private readonly Pipeline _other = Pipeline.Define(Guid.CreateVersion7(), new PipelineDetails { Name = "Other", Stages = [new Stage { Name = "A" }, new Stage { Name = "B" }] }, Now);

    public UpdatePipelineTests()
    {
        _pipelines.GetAsync(_default.Id, default).Returns(_default);
        _pipelines.GetAsync(_other.Id, default).Returns(_other);
        _pipelines.FindDefaultAsync(default).Returns(_default);
    }

    [Fact]
    public async Task The_new_default_takes_it_from_the_former_one()
    {
        await HandleAsync(_other, """{"isDefault": true}""");

        (_default.Details.IsDefault, _other.Details.IsDefault).ShouldBe((false, true));
        _default.DrainEvents().OfType<Updated<Pipeline>>().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_replacement_that_does_not_speak_of_it_leaves_the_default_alone()
    {
        await HandleAsync(_default, """{"name": "Sales", "stages": [{"name": "LEAD"}]}""", replaces: true);

        _default.Details.IsDefault.ShouldBeTrue();
        await _pipelines.DidNotReceive().FindDefaultAsync(default);
    }

    [Fact]
    public async Task A_stage_goes_only_when_no_deal_stands_in_it()
    {
        var gone = _other.Details.Stages[1].Id!.Value;
        await HandleAsync(_other, """{"stages": [{"name": "A"}]}""");
        await _pipelines.Received(1).AreUsedAsync(Arg.Is<IReadOnlyCollection<Guid>>(ids => ids.Single() == gone), default);

        _pipelines.AreUsedAsync(Arg.Any<IReadOnlyCollection<Guid>>(), default).Returns(true);
        (await Should.ThrowAsync<CrmException>(() => HandleAsync(_other, """{"stages": [{"name": "C"}]}"""))).Code.ShouldBe("INVALID_STATE");
    }

    private Task HandleAsync(Pipeline pipeline, string json, bool replaces = false)
    {
        var patch = (Patch<PipelineDetails>)new RecordBinder(new PipelineResource()).Patch(JsonDocument.Parse(json).RootElement, Callers.Owner(), replaces);
        return new UpdatePipelineHandler(_pipelines, TimeProvider.System).Handle(new UpdatePipeline(pipeline.Id, patch), default);
    }
}
