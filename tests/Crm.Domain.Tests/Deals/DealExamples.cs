using Crm.Domain.Common;
using Crm.Domain.Deals;
using Crm.Domain.Pipelines;

namespace Crm.Domain.Tests.Deals;

/// <summary>A pipeline, a day and deals to try the rules on.</summary>
internal static class DealExamples
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    public static readonly DateOnly Today = new(2026, 3, 1);
    public static readonly Guid Engine = Guid.CreateVersion7();
    public static readonly Guid Mill = Guid.CreateVersion7();
    public static readonly Pipeline Sales = Pipeline.DefineStandard(Guid.CreateVersion7(), Now);
    public static readonly Pipeline Partners = Pipeline.Define(Guid.CreateVersion7(), new PipelineDetails
    {
        Name = "Partners",
        Stages = [new Stage { Name = "Met", Probability = 5 }, new Stage { Name = "Signed", Kind = StageKind.Won }],
    }, Now);

    public static Guid Stage(string name) => Sales.Details.Stages.Concat(Partners.Details.Stages).First(s => s.Name == name).Id!.Value;

    public static DealSetting Setting(Pipeline? pipeline = null, Pipeline? former = null, DateOnly? today = null) => new(
        Of(pipeline ?? Sales), Of(former ?? pipeline ?? Sales),
        new Dictionary<Guid, Money?> { [Engine] = Money.Of(100, "EUR"), [Mill] = Money.Of(9, "USD") }, today ?? Today, Now);

    public static DealDetails Details => new() { Title = "Engine no. 1" };

    public static Deal Open(DealDetails? details = null)
    {
        var deal = Deal.Open(Guid.CreateVersion7(), details ?? Details, Setting());
        deal.DrainEvents();
        return deal;
    }

    public static Deal OpenIn(string stage) => Open(Details with { StageId = Stage(stage) });

    public static LineItem Line(Guid product, decimal quantity = 1, Money? price = null) => new() { ProductId = product, Quantity = quantity, UnitPrice = price };

    public static string[] Names(this IEnumerable<IDomainEvent> events) => [.. events.Select(e => e.GetType().Name)];

    public static CrmException Refused(this Action act, ErrorKind kind, string member)
    {
        var refusal = Should.Throw<CrmException>(act);
        refusal.Kind.ShouldBe(kind);
        refusal.Errors!.Keys.ShouldContain(member);
        return refusal;
    }

    private static StageSet Of(Pipeline pipeline) => new(pipeline.Id, pipeline.Details.Stages);
}
