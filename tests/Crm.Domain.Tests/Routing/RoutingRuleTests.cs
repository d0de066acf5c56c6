using Crm.Domain.Assignments;
using Crm.Domain.Common;
using Crm.Domain.Leads;
using Crm.Domain.Routing;

namespace Crm.Domain.Tests.Routing;

public sealed class RoutingRuleTests
{
    private static readonly string Ada = Guid.CreateVersion7().ToString();

    [Fact]
    public void A_rule_has_a_pool_of_members_or_a_team_and_with_territories_each_has_one()
    {
        RoutingRule.Define(Guid.CreateVersion7(), Pool()).DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Created<RoutingRule>>();
        RoutingRule.Define(Guid.CreateVersion7(), Territories()).Details.Territories.Count.ShouldBe(1);
        RoutingRule.Define(Guid.CreateVersion7(), Pool() with { UserIds = [Ada, Ada.ToUpperInvariant(), Ada] }).Details.UserIds.ShouldBe([Ada]);
        Refused(Pool() with { UserIds = [Ada, Ada, "x"] }).ShouldBe(["userIds[2]"]);
        Refused(Pool() with { Name = "" }).ShouldBe(["name"]);
        Refused(Pool() with { UserIds = [] }).ShouldBe(["userIds"]);
        Refused(Pool() with { TeamId = Guid.NewGuid() }).ShouldBe(["teamId"]);
        Refused(Pool() with { UserIds = ["x", Ada, "y"] }).ShouldBe(["userIds[0]", "userIds[2]"]);
        Refused(Pool() with { UserIds = ValueList.Of(Enumerable.Repeat(Ada, 101)) }).ShouldBe(["userIds"]);
        Refused(Pool() with { TerritoryField = "source", Territories = Territories().Territories }).ShouldBe(["territoryField", "territories"]);
        Refused(Territories() with { UserIds = [Ada], TeamId = Guid.NewGuid() }).ShouldBe(["userIds", "teamId"]);
        Refused(Territories() with { TerritoryField = null, Territories = [] }).ShouldBe(["territoryField", "territories"]);
        Refused(Territories() with { Territories = [new Territory { Values = [] }, new Territory { Values = ["", new string('x', 301)], UserIds = ["z"] }] })
            .ShouldBe(["territories[0].values", "territories[0].userIds", "territories[1].values", "territories[1].userIds[0]"]);
        Refused(Territories() with { Territories = ValueList.Of(Enumerable.Repeat(Territories().Territories[0], 101)) }).ShouldBe(["territories"]);
    }

    [Fact]
    public void A_lead_says_whether_its_owner_was_stated()
    {
        var (me, other) = (Guid.NewGuid(), Guid.NewGuid());
        Captured(LeadDetails.UnstatedOwner, me).ShouldBe((me, false));
        Captured(null, me).ShouldBe((null, false));
        Captured(other, me).ShouldBe((other, true));
        Captured(me, me).ShouldBe((me, true));
    }

    [Fact]
    public void A_lead_is_routed_to_its_owner_too_but_not_once_it_is_converted()
    {
        var lead = Lead.Capture(Guid.CreateVersion7(), new LeadDetails { Name = "Ada" });
        lead.DrainEvents();
        var (rule, owner) = (Guid.NewGuid(), Guid.NewGuid());
        for (var i = 0; i < 2; i++)
        {
            lead.Route(rule, "Referrals", owner, AssignmentStrategy.RoundRobin);
            lead.DrainEvents().ShouldBe([new LeadRouted(lead.Id, rule, "Referrals", owner, AssignmentStrategy.RoundRobin)]);
            lead.OwnerId.ShouldBe(owner);
        }
        lead.Convert(Guid.NewGuid(), null, null, null, DateTimeOffset.UnixEpoch);
        Should.Throw<CrmException>(() => lead.Route(rule, "Referrals", owner, AssignmentStrategy.RoundRobin)).Code.ShouldBe("LEAD_ALREADY_CONVERTED");
    }

    private static (Guid?, bool) Captured(Guid? ownerId, Guid creator)
    {
        var lead = Lead.Capture(Guid.CreateVersion7(), new LeadDetails { Name = "Ada", OwnerId = ownerId }, creator);
        return (lead.OwnerId, lead.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<LeadCreated>().OwnerIsStated);
    }

    private static IEnumerable<string> Refused(RoutingRuleDetails details) => Should.Throw<CrmException>(() => RoutingRule.Define(Guid.CreateVersion7(), details)).Errors!.Keys;

    private static RoutingRuleDetails Pool() => new() { Name = "Rule", Strategy = AssignmentStrategy.RoundRobin, UserIds = [Ada] };

    private static RoutingRuleDetails Territories() => new() { Name = "Rule", Strategy = AssignmentStrategy.Territory, TerritoryField = "source", Territories = [new Territory { Values = ["EVENT"], UserIds = [Ada] }] };
}
