using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests of routing do.</summary>
internal static class RoutingIntents
{
    /// <summary>A new routing rule with these members as its pool, or whatever <paramref name="more"/> says; its id.</summary>
    public static async Task<Guid> RoutingRuleAsync(this ApiClient tenant, string strategy, IEnumerable<Guid>? userIds = null, string? condition = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["name"] ??= "Rule";
        body["strategy"] = strategy;
        if (userIds is not null) body["userIds"] = JsonSerializer.SerializeToNode(userIds);
        if (condition is not null) body["condition"] = JsonNode.Parse(condition);
        return (await tenant.PostAsync("/routing-rules", body)).ShouldBe(201).Id;
    }

    /// <summary>That many new members.</summary>
    public static async Task<List<Guid>> MembersAsync(this TenantClient tenant, int count, Guid? teamId = null)
    {
        var members = new List<Guid>();
        for (var i = 0; i < count; i++) members.Add((await tenant.MemberAsync(teamId: teamId)).UserId);
        return members;
    }

    /// <summary>What came of routing the lead, once something has.</summary>
    public static async Task<JsonNode> RoutingAsync(this ApiClient tenant, Guid lead)
    {
        JsonNode? routing = null;
        await Eventually.Async(async () => (routing = (await tenant.GetAsync($"/leads/{lead}/routing")).ShouldBe(200).Data)["outcome"] is not null, "the lead is routed");
        return routing!;
    }

    /// <summary>How many living leads each member has.</summary>
    public static async Task<List<int>> LoadsAsync(this ApiClient tenant, IEnumerable<Guid> members)
    {
        var loads = new List<int>();
        foreach (var member in members) loads.Add((int)(await tenant.GetAsync($"/leads?ownerId={member}&count=exact&take=1")).ShouldBe(200).Meta["total"]!);
        return loads;
    }
}
