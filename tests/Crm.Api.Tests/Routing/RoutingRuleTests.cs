using System.Text.Json;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Routing;

/// <summary>Routing rules as records.</summary>
public sealed class RoutingRuleTests(CrmApi api)
{
    [Fact]
    public async Task What_cannot_work_is_refused_by_its_path()
    {
        var tenant = await api.TenantAsync();
        var me = tenant.UserId;
        Refused(await PostAsync(tenant, new { strategy = "ROUND_ROBIN" })).ShouldBe(["userIds"]);
        Refused(await PostAsync(tenant, new { userIds = new[] { me } })).ShouldBe(["strategy"]);
        Refused(await PostAsync(tenant, new { strategy = "FIXED", userIds = new[] { me } })).ShouldBe(["strategy"]);
        Refused(await PostAsync(tenant, new { strategy = "ROUND_ROBIN", userIds = new[] { "me" } })).ShouldBe(["userIds[0]"]);
        Refused(await PostAsync(tenant, new { strategy = "ROUND_ROBIN", userIds = new[] { me }, condition = new { field = "nothing", value = 1 } })).ShouldBe(["condition.field"]);
        Refused(await PostAsync(tenant, new { strategy = "ROUND_ROBIN", userIds = new[] { me }, position = -1 })).ShouldBe(["position"]);
        Refused(await PostAsync(tenant, Of("nothing", "EVENT"))).ShouldBe(["territoryField"]);
        Refused(await PostAsync(tenant, Of("customFields.country", "DE"))).ShouldBe(["territoryField"]);
        Refused(await PostAsync(tenant, Of("source", "NO_SUCH"))).ShouldBe(["territories[0].values"]);
        Refused(await PostAsync(tenant, new { strategy = "TERRITORY", territoryField = "source", territories = new object[] { new { values = new[] { "EVENT" }, more = 1 } } })).ShouldContain("territories[0].more");
        (await PostAsync(tenant, new { strategy = "ROUND_ROBIN", userIds = new[] { me, Guid.NewGuid() } })).ShouldFail(422, "UNPROCESSABLE").Errors.Select(e => e.Key).ShouldBe(["userIds[1]"]);
        (await PostAsync(tenant, new { strategy = "ROUND_ROBIN", teamId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.Select(e => e.Key).ShouldBe(["teamId"]);
        (await PostAsync(tenant, new { strategy = "TERRITORY", territoryField = "source", territories = new object[] { new { values = new[] { "EVENT" }, teamId = Guid.NewGuid() } } }))
            .ShouldFail(422, "UNPROCESSABLE").Errors.Select(e => e.Key).ShouldBe(["territories[0].teamId"]);
        (await PostAsync(tenant, Of("source", "EVENT"))).ShouldBe(201);
        var many = await PostAsync(tenant, new { strategy = "ROUND_ROBIN", userIds = new[] { Guid.NewGuid(), me, me, Guid.NewGuid() } });
        many.ShouldFail(422, "UNPROCESSABLE").Errors.Select(e => e.Key).ShouldBe(["userIds[0]", "userIds[3]"], ignoreOrder: true);
        Refused(await PostAsync(tenant, new { strategy = "ROUND_ROBIN", userIds = new[] { me.ToString(), me.ToString(), "you" } })).ShouldBe(["userIds[2]"]);

        object Of(string territoryField, string value) => new { strategy = "TERRITORY", territoryField, territories = new object[] { new { values = new[] { value }, userIds = new[] { me } } } };
    }

    [Fact]
    public async Task A_member_that_is_named_twice_takes_one_turn()
    {
        var tenant = await api.TenantAsync();
        var (me, other) = (tenant.UserId, (await tenant.MemberAsync()).UserId);
        var made = (await PostAsync(tenant, new { strategy = "ROUND_ROBIN", userIds = new[] { me.ToString(), me.ToString().ToUpperInvariant(), other.ToString() } })).ShouldBe(201);
        made.Data["userIds"]!.AsArray().Select(id => (Guid)id!).ShouldBe([me, other]);
        var same = (await tenant.PatchAsync($"/routing-rules/{made.Id}", new { userIds = new[] { me, other, me } })).ShouldBe(200);
        same.Header("ETag").ShouldBe("\"1\"", "which changes nothing");
        var map = (await PostAsync(tenant, new { strategy = "TERRITORY", territoryField = "source", territories = new object[] { new { values = new[] { "EVENT" }, userIds = new[] { me, me } } } })).ShouldBe(201);
        map.Data["territories"]![0]!["userIds"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_rule_is_listed_in_its_order_and_one_whose_member_has_left_can_be_switched_off()
    {
        var tenant = await api.TenantAsync();
        var member = (await tenant.MemberAsync()).UserId;
        var rule = await tenant.RoutingRuleAsync("ROUND_ROBIN", [member], more: new { name = "Second", position = 2 });
        await tenant.RoutingRuleAsync("LEAST_LOADED", [tenant.UserId], more: new { name = "First", position = 1 });
        await tenant.RoutingRuleAsync("LEAST_LOADED", [tenant.UserId], more: new { name = "Last" });
        (await tenant.GetAsync("/routing-rules?sort=position&fields=name")).Items.Select(r => (string)r!["name"]!).ShouldBe(["First", "Second", "Last"]);
        (await tenant.GetAsync("/routing-rules?strategy=ROUND_ROBIN")).Items.Count.ShouldBe(1);
        (await tenant.DeleteAsync($"/team/members/{member}")).ShouldBe(204);
        (await tenant.PatchAsync($"/routing-rules/{rule}", new { isActive = false })).ShouldBe(200).Data["userIds"]![0]!.GetValue<Guid>().ShouldBe(member);
        (await tenant.PatchAsync($"/routing-rules/{rule}", new { userIds = new[] { tenant.UserId, Guid.NewGuid() } })).ShouldFail(422, "UNPROCESSABLE");
        var history = (await tenant.GetAsync($"/routing-rules/{rule}/history")).Items;
        history.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Everybody_reads_rules_administrators_write_them_and_another_tenant_finds_nothing()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var rule = await tenant.RoutingRuleAsync("ROUND_ROBIN", [tenant.UserId]);
        var (user, userId) = await tenant.MemberAsync("USER");
        (await user.GetAsync($"/routing-rules/{rule}")).ShouldBe(200);
        (await PostAsync(user, new { strategy = "ROUND_ROBIN", userIds = new[] { userId } })).ShouldFail(403, "FORBIDDEN");
        (await user.PatchAsync($"/routing-rules/{rule}", new { isActive = false })).ShouldFail(403, "FORBIDDEN");
        (await other.GetAsync($"/routing-rules/{rule}")).ShouldFail(404, "NOT_FOUND");
        (await PostAsync(other, new { strategy = "ROUND_ROBIN", userIds = new[] { userId } })).ShouldFail(422, "UNPROCESSABLE");
    }

    private static Task<Reply> PostAsync(ApiClient client, object members)
    {
        var body = JsonSerializer.SerializeToNode(members)!.AsObject();
        body["name"] = "Rule";
        return client.PostAsync("/routing-rules", body);
    }

    private static IEnumerable<string> Refused(Reply reply) => reply.ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key);
}
