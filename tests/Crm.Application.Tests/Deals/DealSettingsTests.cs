using Crm.Application.Abstractions;
using Crm.Application.Deals;
using Crm.Domain.Common;
using Crm.Domain.Deals;
using Crm.Domain.Pipelines;
using NSubstitute;

namespace Crm.Application.Tests.Deals;

public sealed class DealSettingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 23, 30, 0, TimeSpan.Zero);
    private readonly IDealCatalog _catalog = Substitute.For<IDealCatalog>();
    private readonly StageSet _sales = new(Guid.NewGuid(), []);
    private readonly StageSet _partners = new(Guid.NewGuid(), []);

    public DealSettingsTests()
    {
        _catalog.StagesAsync(null, default).Returns(_sales);
        _catalog.StagesAsync(_sales.PipelineId, default).Returns(_sales);
        _catalog.StagesAsync(_partners.PipelineId, default).Returns(_partners);
    }

    [Fact]
    public async Task Without_a_pipeline_it_is_the_default_one() => (await OfAsync(null, Details())).Stages.ShouldBe(_sales);

    [Fact]
    public async Task A_pipeline_that_is_not_there_is_refused() =>
        (await Should.ThrowAsync<CrmException>(() => OfAsync(null, Details() with { PipelineId = Guid.NewGuid() }))).Errors!.Keys.ShouldBe(["pipelineId"]);

    [Fact]
    public async Task A_deal_that_changes_its_pipeline_knows_both()
    {
        var setting = await OfAsync(Details() with { PipelineId = _sales.PipelineId }, Details() with { PipelineId = _partners.PipelineId });
        (setting.Former, setting.Stages).ShouldBe((_sales, _partners));
    }

    [Fact]
    public async Task Prices_are_asked_for_only_where_lines_state_none()
    {
        await OfAsync(null, Details() with { LineItems = [new LineItem { ProductId = Guid.NewGuid(), UnitPrice = Money.Of(1, "EUR") }] });
        await _catalog.DidNotReceiveWithAnyArgs().PricesAsync(default!, default);
        var product = Guid.NewGuid();
        await OfAsync(null, Details() with { LineItems = [new LineItem { ProductId = product }, new LineItem { ProductId = product }] });
        await _catalog.Received(1).PricesAsync(Arg.Is<IReadOnlyCollection<Guid>>(ids => ids.Single() == product), default);
    }

    [Fact]
    public async Task Today_is_the_day_in_the_tenant_s_zone() => (await OfAsync(null, Details(), "Europe/Sofia")).Today.ShouldBe(new DateOnly(2026, 3, 2));

    private static DealDetails Details() => new() { Title = "Engine" };

    private Task<DealSetting> OfAsync(DealDetails? before, DealDetails after, string zone = "UTC")
    {
        var context = Substitute.For<IRequestContext>();
        var caller = Callers.Owner();
        context.Caller.Returns(caller with { Tenant = caller.Tenant with { TimeZone = zone } });
        var clock = Substitute.For<TimeProvider>();
        clock.GetUtcNow().Returns(Now);
        return new DealSettings(_catalog, context, clock).OfAsync(before, after, default);
    }
}
