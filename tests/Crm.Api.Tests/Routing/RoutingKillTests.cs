using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Routing;

/// <summary>Drill: each lead is routed exactly once, and the turns stay even, whatever is killed meanwhile.</summary>
public sealed class RoutingKillTests
{
    private const int Kills = 4, Members = 4;

    [Fact]
    public async Task Killed_while_leads_arrive_each_is_routed_once_and_to_each_member_as_many()
    {
        await using var service = await ServiceProcess.StartAsync();
        var owner = await service.Api.RegisterAsync();
        var members = await owner.MembersAsync(Members);
        await service.Api.As(owner.Token).RoutingRuleAsync("ROUND_ROBIN", members);
        var load = Load.OfLeads(service, owner, batches: 0);
        await load.KilledAsync(Kills);
        var tenant = service.Api.As(owner.Token);
        var leads = (int)(await tenant.GetAsync("/leads?count=exact&take=1")).ShouldBe(200).Meta["total"]!;
        await Eventually.Async(async () => (await tenant.LoadsAsync(members)).Sum() == leads, "all are routed", TimeSpan.FromMinutes(2));
        var loads = await tenant.LoadsAsync(members);
        loads.ShouldAllBe(n => n == leads / Members || n == (leads + Members - 1) / Members, $"{string.Join(", ", loads)} of {leads}");
        (await tenant.GetAsync("/leads?version[ne]=2&count=exact&take=1")).ShouldBe(200).Meta["total"]!.GetValue<int>().ShouldBe(0, "created and routed once");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills; {leads} leads, {string.Join(", ", loads)} to each member.");
    }
}
