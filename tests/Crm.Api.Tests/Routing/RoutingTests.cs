using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Crm.Api.Tests.Operations;
using Dapper;

namespace Crm.Api.Tests.Routing;

/// <summary>Who gets a lead that arrives, and that each is routed once.</summary>
public sealed class RoutingTests(CrmApi api)
{
    [Fact]
    public async Task A_lead_without_a_stated_owner_is_given_to_a_member_who_is_told()
    {
        var tenant = await api.TenantAsync();
        var member = await tenant.MemberAsync();
        var rule = await tenant.RoutingRuleAsync("ROUND_ROBIN", [member.UserId], more: new { name = "Everybody" });
        var lead = (await tenant.PostAsync("/leads", new { name = "Ada" })).ShouldBe(201);
        ((Guid)lead.Data["ownerId"]!).ShouldBe(tenant.UserId, "until it is routed it is its creator's");
        var routing = await tenant.RoutingAsync(lead.Id);
        ((string)routing["outcome"]!, (Guid)routing["ruleId"]!, (Guid)routing["ownerId"]!).ShouldBe(("ROUTED", rule, member.UserId));
        ((string)routing["rules"]![0]!["name"]!, (string)routing["rules"]![0]!["verdict"]!).ShouldBe(("Everybody", "CHOSEN"));
        ((Guid)(await tenant.GetAsync($"/leads/{lead.Id}")).Data["ownerId"]!).ShouldBe(member.UserId);
        var told = (await member.Client.ToldAsync(1, "&kind=LEAD_ROUTED")).ShouldHaveSingleItem();
        ((string)told["title"]!, (string)told["body"]!, (Guid)told["recordId"]!).ShouldBe(("Ada", "Everybody", lead.Id));
        var routed = (await tenant.EventsAsync($"types=lead.routed&aggregateId={lead.Id}")).Items.ShouldHaveSingleItem()!;
        ((Guid)routed["data"]!["ruleId"]!, (string)routed["data"]!["strategy"]!, (string)routed["actor"]!["type"]!).ShouldBe((rule, "ROUND_ROBIN", "SYSTEM"));
        ((string)routed["causationId"]!).ShouldBe((await api.EventAsync(tenant, lead.Id, "lead.created")).ToString());

        var stated = (await tenant.PostAsync("/leads", new { name = "Mine", ownerId = tenant.UserId })).ShouldBe(201).Id;
        var nobodys = (await tenant.PostAsync("/leads", new { name = "Nobody's", ownerId = (Guid?)null })).ShouldBe(201).Id;
        var upserted = (await tenant.PutAsync("/leads/by-external-id/L-1", new { name = "Upserted" })).ShouldBe(201).Id;
        foreach (var id in new[] { nobodys, upserted }) ((string)(await tenant.RoutingAsync(id))["outcome"]!).ShouldBe("ROUTED");
        (await tenant.PutAsync("/leads/by-external-id/L-1", new { name = "Upserted again", ownerId = tenant.UserId })).ShouldBe(200);
        await api.FollowedAsync(tenant);
        await Eventually.Async(async () => await api.OutboxAsync(tenant) == 0, "nothing is left to do");
        (await tenant.GetAsync($"/leads/{stated}/routing")).Data["outcome"].ShouldBeNull("its owner was stated");
        ((Guid)(await tenant.GetAsync($"/leads/{upserted}")).Data["ownerId"]!).ShouldBe(tenant.UserId, "a change is no arrival");
    }

    [Fact]
    public async Task Leads_that_arrive_at_once_at_two_instances_are_given_to_each_member_in_turn()
    {
        await using var second = new ConfiguredApi(api, _ => { });
        var tenant = await api.TenantAsync();
        var twin = second.Anonymous.As(tenant.Token);
        var members = await tenant.MembersAsync(4);
        await tenant.RoutingRuleAsync("ROUND_ROBIN", members);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? tenant : twin).LeadAsync($"Lead {i}")));
        await Eventually.Async(async () => (await tenant.LoadsAsync(members)).Sum() == 64, "all are routed");
        (await tenant.LoadsAsync(members)).ShouldBe([16, 16, 16, 16]);
        // So are those of one request.
        await tenant.LeadsAsync(100);
        await Eventually.Async(async () => (await tenant.LoadsAsync(members)).Sum() == 164, "all are routed");
        (await tenant.LoadsAsync(members)).ShouldBe([41, 41, 41, 41]);
    }

    [Fact]
    public async Task Who_has_the_fewest_open_leads_gets_the_next_whoever_asks_at_once()
    {
        await using var second = new ConfiguredApi(api, _ => { });
        var tenant = await api.TenantAsync();
        var twin = second.Anonymous.As(tenant.Token);
        var members = await tenant.MembersAsync(3);
        foreach (var status in new[] { "NEW", "NEW", "NEW", "NEW", "NEW", "QUALIFIED" }) await tenant.LeadAsync(more: new { ownerId = members[0], status });
        foreach (var status in new[] { "LOST", "LOST", "UNQUALIFIED", "NEW" }) await tenant.LeadAsync(more: new { ownerId = members[1], status });
        // Two rules about the same members must not both think that somebody is free.
        await tenant.RoutingRuleAsync("LEAST_LOADED", members, """{"field": "source", "value": "EVENT"}""");
        await tenant.RoutingRuleAsync("LEAST_LOADED", members);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? tenant : twin).LeadAsync($"Lead {i}", more: new { source = i % 3 == 0 ? "EVENT" : "OTHER" })));
        await Eventually.Async(async () => (await tenant.LoadsAsync(members)).Sum() == 30, "all are routed");
        // 6, 1 and 0 open ones and 20 more: 9 each; the lost ones of the second do not count.
        (await tenant.LoadsAsync(members)).ShouldBe([9, 12, 9]);
    }

    [Fact]
    public async Task The_first_rule_that_a_lead_meets_and_that_has_somebody_decides()
    {
        var tenant = await api.TenantAsync();
        var members = await tenant.MembersAsync(3);
        var last = await tenant.RoutingRuleAsync("ROUND_ROBIN", [members[2]], """{"field": "source", "op": "in", "value": ["EVENT", "REFERRAL"]}""", new { name = "Last" });
        var events = await tenant.RoutingRuleAsync("ROUND_ROBIN", [members[1]], """{"field": "source", "value": "EVENT"}""", new { name = "Events", position = 20 });
        var large = await tenant.RoutingRuleAsync("ROUND_ROBIN", [members[0]], """{"field": "value", "op": "gte", "value": 1000}""", new { name = "Large", position = 10 });
        (await OwnerAsync(tenant, new { name = "Both", source = "EVENT", value = new { amount = 5000, currency = "EUR" } })).ShouldBe((members[0], "CHOSEN"));
        (await OwnerAsync(tenant, new { name = "Event", source = "EVENT" })).ShouldBe((members[1], "NOT_MET CHOSEN"));
        (await OwnerAsync(tenant, new { name = "Referral", source = "REFERRAL" })).ShouldBe((members[2], "NOT_MET NOT_MET CHOSEN"));
        var none = await tenant.LeadAsync(more: new { ownerId = (Guid?)null });
        var routing = await tenant.RoutingAsync(none);
        ((string)routing["outcome"]!).ShouldBe("UNMATCHED");
        routing["ownerId"].ShouldBeNull();
        (await tenant.PatchAsync($"/team/members/{members[1]}", new { isActive = false })).ShouldBe(200);
        (await OwnerAsync(tenant, new { name = "Event", source = "EVENT" })).ShouldBe((members[2], "NOT_MET NOBODY_AVAILABLE CHOSEN"));
        (await tenant.DeleteAsync($"/routing-rules/{last}")).ShouldBe(204);
        (await OwnerAsync(tenant, new { name = "Event", source = "EVENT", ownerId = (Guid?)null }, "UNASSIGNED")).ShouldBe((null, "NOT_MET NOBODY_AVAILABLE"));
        foreach (var rule in new[] { events, large }) (await tenant.PatchAsync($"/routing-rules/{rule}", new { isActive = false })).ShouldBe(200);
        var after = await tenant.LeadAsync();
        await api.FollowedAsync(tenant);
        (await tenant.GetAsync($"/leads/{after}/routing")).Data["outcome"].ShouldBeNull("without rules nothing is routed");
    }

    [Fact]
    public async Task Those_who_have_been_deactivated_or_removed_are_passed_over_and_a_team_is_who_is_in_it()
    {
        var tenant = await api.TenantAsync();
        var team = (await tenant.PostAsync("/teams", new { name = "East" })).ShouldBe(201).Id;
        var members = await tenant.MembersAsync(4, team);
        await tenant.RoutingRuleAsync("ROUND_ROBIN", more: new { teamId = team });
        (await tenant.PatchAsync($"/team/members/{members[0]}", new { isActive = false })).ShouldBe(200);
        (await tenant.DeleteAsync($"/team/members/{members[1]}")).ShouldBe(204);
        await tenant.LeadsAsync(10);
        await Eventually.Async(async () => (await tenant.LoadsAsync(members[2..])).Sum() == 10, "all are routed");
        (await tenant.LoadsAsync(members)).ShouldBe([0, 0, 5, 5]);
        var joined = (await tenant.MemberAsync(teamId: team)).UserId;
        await tenant.LeadsAsync(3);
        await Eventually.Async(async () => (await tenant.LoadsAsync([.. members[2..], joined])).Sum() == 13, "all are routed");
        (await tenant.LoadsAsync([.. members[2..], joined])).ShouldBe([6, 6, 1]);
    }

    [Fact]
    public async Task A_lead_goes_to_those_of_its_territory()
    {
        var tenant = await api.TenantAsync();
        await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "country", type = "CHOICE", options = new[] { "DE", "AT", "BG", "FR" } });
        var team = (await tenant.PostAsync("/teams", new { name = "Balkans" })).ShouldBe(201).Id;
        var (members, balkans) = (await tenant.MembersAsync(2), (await tenant.MemberAsync(teamId: team)).UserId);
        var rule = await tenant.RoutingRuleAsync("TERRITORY", more: new
        {
            territoryField = "customFields.country",
            territories = new object[] { new { values = new[] { "DE", "AT" }, userIds = members }, new { values = new[] { "BG" }, teamId = team } },
        });
        var countries = new[] { "DE", "BG", "AT", "DE", "BG", "AT", "FR" };
        var leads = new List<Guid>();
        foreach (var country in countries) leads.Add(await tenant.LeadAsync(more: new { ownerId = (Guid?)null, customFields = new { country } }));
        foreach (var lead in leads) await tenant.RoutingAsync(lead);
        (await tenant.LoadsAsync([.. members, balkans])).ShouldBe([2, 2, 2]);
        var outside = await tenant.RoutingAsync(leads[^1]);
        ((string)outside["outcome"]!, (string)outside["rules"]![0]!["verdict"]!).ShouldBe(("UNMATCHED", "NO_TERRITORY"));
        // A field that is retired later: the rule is not asked any more, and says why.
        var field = (Guid)(await tenant.GetAsync("/custom-fields?name=country")).Items[0]!["id"]!;
        (await tenant.DeleteAsync($"/custom-fields/{field}")).ShouldBe(204);
        var broken = (await tenant.RoutingAsync(await tenant.LeadAsync()))["rules"]![0]!;
        ((Guid)broken["ruleId"]!, (string)broken["verdict"]!).ShouldBe((rule, "BROKEN"));
        ((string)broken["reason"]!).ShouldContain("customFields.country");
        (await tenant.PatchAsync($"/routing-rules/{rule}", new { isActive = false })).ShouldBe(200);
    }

    [Fact]
    public async Task A_lead_that_is_delivered_again_or_claimed_meanwhile_is_not_routed_again()
    {
        var tenant = await api.TenantAsync();
        var members = await tenant.MembersAsync(2);
        await tenant.RoutingRuleAsync("ROUND_ROBIN", members);
        var lead = await tenant.LeadAsync();
        await tenant.RoutingAsync(lead);
        var version = (int)(await tenant.GetAsync($"/leads/{lead}")).Data["version"]!;
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        await AgainAsync(lead);
        (await tenant.GetAsync($"/leads/{lead}")).Data["version"]!.GetValue<int>().ShouldBe(version);
        (await connection.QuerySingleAsync<int>("select count(*)::int from crm.lead_routings")).ShouldBe(1);
        // As if somebody had taken it before its turn came.
        await connection.ExecuteAsync("delete from crm.lead_routings");
        (await tenant.PatchAsync($"/leads/{lead}", new { ownerId = members[1] })).ShouldBe(200);
        await AgainAsync(lead);
        ((string)(await tenant.RoutingAsync(lead))["outcome"]!).ShouldBe("CLAIMED");
        // And one that is gone.
        await connection.ExecuteAsync("delete from crm.lead_routings");
        (await tenant.DeleteAsync($"/leads/{lead}")).ShouldBe(204);
        await AgainAsync(lead);
        (await connection.QuerySingleAsync<int>("select count(*)::int from crm.lead_routings")).ShouldBe(0);

        async Task AgainAsync(Guid id)
        {
            for (var i = 0; i < 2; i++)
                await connection.ExecuteAsync("insert into crm.outbox (id, tenant_id, event_id, sink, created_at, next_try_at) values (gen_random_uuid(), @Tenant, @Event, 'leads.route', now(), now())",
                    new { Tenant = tenant.Id, Event = await api.EventAsync(tenant, id, "lead.created") });
            await Eventually.Async(async () => await api.OutboxAsync(tenant) == 0, "it is delivered");
        }
    }

    [Fact]
    public async Task Routing_by_hand_takes_a_lead_from_whoever_has_it_unless_it_is_converted()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var members = await tenant.MembersAsync(2);
        var lead = await tenant.LeadAsync(more: new { ownerId = tenant.UserId });
        (await tenant.PostAsync($"/leads/{lead}/route")).ShouldBe(200).Of("outcome").ShouldBe("UNMATCHED");
        await tenant.RoutingRuleAsync("ROUND_ROBIN", members);
        var routed = (await tenant.PostAsync($"/leads/{lead}/route", new { })).ShouldBe(200).Data;
        ((string)routed["outcome"]!, (Guid)routed["ownerId"]!).ShouldBe(("ROUTED", members[0]));
        ((Guid)(await tenant.GetAsync($"/leads/{lead}")).Data["ownerId"]!).ShouldBe(members[0]);
        (await tenant.PostAsync($"/leads/{lead}/route")).ShouldBe(200).Of("ownerId").ShouldBe(members[1].ToString());
        (await tenant.PostAsync($"/leads/{lead}/route", null, ("If-Match", "\"1\""))).ShouldFail(412, "PRECONDITION_FAILED");
        (await other.PostAsync($"/leads/{lead}/route")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/leads/{lead}/routing")).ShouldFail(404, "NOT_FOUND");
        (await tenant.PostAsync($"/leads/{lead}/convert", new { })).ShouldBe(200);
        (await tenant.PostAsync($"/leads/{lead}/route")).ShouldFail(409, "LEAD_ALREADY_CONVERTED");
    }

    private static async Task<(Guid? Owner, string Verdicts)> OwnerAsync(ApiClient tenant, object lead, string outcome = "ROUTED")
    {
        var id = (await tenant.PostAsync("/leads", lead)).ShouldBe(201).Id;
        var routing = await tenant.RoutingAsync(id);
        ((string)routing["outcome"]!).ShouldBe(outcome, routing.ToJsonString());
        var owner = (Guid?)(await tenant.GetAsync($"/leads/{id}")).Data["ownerId"];
        ((Guid?)routing["ownerId"]).ShouldBe(owner);
        return (owner, string.Join(' ', routing["rules"]!.AsArray().Select(r => (string)r!["verdict"]!)));
    }
}
