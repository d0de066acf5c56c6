using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Contract;

/// <summary>
/// Who sees what where visibility is restricted (product.md §1): Sales has East below it and that has Port; West stands alone. Head leads
/// Sales, Lead is a manager in East, Ann and Bob work in Port, Wim in West; each has a record, and Port and West have one without owner.
/// </summary>
public sealed class TeamVisibilityTests(CrmApi api)
{
    private static readonly string[] Everything = ["Ann", "Bob", "Head", "Lead", "Port", "West", "Wim"];

    [Theory]
    [InlineData("TEAM", "Ann", "Ann Bob Port")]
    [InlineData("TEAM", "Lead", "Ann Bob Lead Port")]
    [InlineData("TEAM", "Head", "Ann Bob Head Lead Port")]
    [InlineData("TEAM", "Wim", "West Wim")]
    [InlineData("TEAM", "Owner", "Ann Bob Head Lead Port West Wim")]
    [InlineData("OWN", "Ann", "Ann Port")]
    [InlineData("OWN", "Lead", "Ann Bob Lead Port")]
    [InlineData("OWN", "Head", "Ann Bob Head Lead Port")]
    [InlineData("OWN", "Wim", "West Wim")]
    [InlineData("ALL", "Wim", "Ann Bob Head Lead Port West Wim")]
    public async Task Everybody_sees_what_the_tree_of_teams_gives_him_and_nothing_else(string visibility, string who, string expected)
    {
        var scene = await SceneAsync(visibility);
        var (client, seen) = (scene.People[who], expected.Split(' '));
        foreach (var resource in (string[])["leads", "customers", "deals", "companies"])
        {
            var name = resource == "deals" ? "title" : "name";
            foreach (var query in (string[])["", "?search=Seen&count=exact", "?count=exact&sort=createdAt"])
            {
                var list = (await client.GetAsync($"/{resource}{query}")).ShouldBe(200);
                Sorted(list.Names(name)).ShouldBe(Named(seen), $"{resource}{query}");
                ((int)list.Meta["total"]!).ShouldBe(seen.Length);
            }
            Sorted((await client.PostAsync($"/{resource}/query", new { filter = new { field = name, op = "startsWith", value = "Seen" }, take = 50 })).ShouldBe(200).Names(name)).ShouldBe(Named(seen), resource);
        }
        foreach (var owner in Everything)
        {
            var status = seen.Contains(owner) ? 200 : 404;
            var (customer, lead) = (scene.Records[("customers", owner)], scene.Records[("leads", owner)]);
            (await client.GetAsync($"/leads/{lead}")).ShouldBe(status);
            (await client.PatchAsync($"/leads/{lead}", new { notes = "x" })).ShouldBe(status);
            (await client.GetAsync($"/customers/{customer}/timeline")).ShouldBe(status);
            (await client.GetAsync($"/customers/{customer}/history")).ShouldBe(status);
            (await client.PostAsync("/deals", new { title = "Refers", customerId = customer })).ShouldBe(status == 200 ? 201 : 422);
            var batch = (await client.PostAsync("/leads/batch", new { operations = new[] { new { op = "update", id = lead, data = new { jobTitle = "y" } } } })).ShouldBe(200);
            ((int)batch.Items[0]!["status"]!).ShouldBe(status);
        }
    }

    [Theory]
    [InlineData("TEAM", "Ann", "Ann Bob Port")]
    [InlineData("TEAM", "Head", "Ann Bob Head Lead Port")]
    [InlineData("OWN", "Wim", "West Wim")]
    public async Task The_log_the_report_and_what_is_expanded_show_the_same(string visibility, string who, string expected)
    {
        var scene = await SceneAsync(visibility);
        var (client, seen) = (scene.People[who], expected.Split(' '));
        var leads = scene.Records.Where(r => r.Key.Resource == "leads" && seen.Contains(r.Key.Owner)).Select(r => r.Value).Order().ToList();
        var events = await client.EventsAsync("types=lead.created&take=200", leads.Count);
        events.Items.Select(e => (Guid)e!["aggregateId"]!).Order().ShouldBe(leads);
        (await client.GetAsync("/reports/pipeline?groupBy=status")).ShouldBe(200).Data["totals"]!.AsArray().Sum(t => (int)t!["count"]!).ShouldBe(seen.Length);
        // A deal of his own that refers to a customer he has lost sight of.
        foreach (var owner in Everything)
        {
            var deal = (await scene.People["Owner"].PostAsync("/deals", new { title = $"Refers to {owner}", customerId = scene.Records[("customers", owner)], ownerId = scene.Ids[who] })).ShouldBe(201).Id;
            var expanded = (await client.GetAsync($"/deals/{deal}?expand=customer")).ShouldBe(200).Data["customer"];
            (expanded is null).ShouldBe(!seen.Contains(owner), owner);
        }
    }

    [Fact]
    public async Task Moving_a_member_or_a_team_changes_sight_at_once()
    {
        var scene = await SceneAsync("TEAM");
        var owner = scene.People["Owner"];
        (await owner.PatchAsync($"/teams/{scene.Teams["West"]}", new { parentId = scene.Teams["Sales"] })).ShouldBe(200);
        Sorted((await scene.People["Head"].GetAsync("/leads")).Names()).ShouldBe(Named(Everything));
        (await owner.PatchAsync($"/teams/{scene.Teams["East"]}", new { parentId = (Guid?)null })).ShouldBe(200);
        Sorted((await scene.People["Head"].GetAsync("/leads")).Names()).ShouldBe(Named(["Head", "West", "Wim"]));
        (await owner.PatchAsync($"/team/members/{scene.Ids["Ann"]}", new { teamId = scene.Teams["West"] })).ShouldBe(200);
        Sorted((await scene.People["Ann"].GetAsync("/leads")).Names()).ShouldBe(Named(["Ann", "West", "Wim"]));
        (await owner.PatchAsync($"/teams/{scene.Teams["Port"]}", new { managerId = scene.Ids["Wim"] })).ShouldBe(200);
        Sorted((await scene.People["Wim"].GetAsync("/leads")).Names()).ShouldBe(Named(["Ann", "Bob", "Port", "West", "Wim"]));
    }

    [Fact]
    public async Task Without_a_team_one_sees_ones_own_and_what_belongs_to_no_team()
    {
        var scene = await SceneAsync("TEAM");
        var (loner, _) = await scene.Owner.MemberAsync();
        (await scene.People["Owner"].PostAsync("/leads", new { name = "Seen Nobody", ownerId = (Guid?)null })).ShouldBe(201);
        (await loner.PostAsync("/leads", new { name = "Seen Loner" })).ShouldBe(201);
        Sorted((await loner.GetAsync("/leads")).Names()).ShouldBe(["Seen Loner", "Seen Nobody"]);
        (await scene.People["Ann"].GetAsync("/leads?name=Seen%20Nobody")).Items.ShouldBeEmpty();
    }

    private static IEnumerable<string?> Sorted(IEnumerable<string?> names) => names.Order(StringComparer.Ordinal);

    private static IEnumerable<string> Named(IEnumerable<string> owners) => owners.Select(o => $"Seen {o}").Order(StringComparer.Ordinal);

    private sealed record Scene(TenantClient Owner, Dictionary<string, ApiClient> People, Dictionary<string, Guid> Ids, Dictionary<string, Guid> Teams, Dictionary<(string Resource, string Owner), Guid> Records);

    private async Task<Scene> SceneAsync(string visibility)
    {
        var owner = await api.TenantAsync();
        (await owner.PatchAsync("/tenant", new { recordVisibility = visibility, welcomeEmail = false })).ShouldBe(200);
        var scene = new Scene(owner, new() { ["Owner"] = owner }, new() { ["Owner"] = owner.UserId }, [], []);
        foreach (var (team, parent) in new (string, string?)[] { ("Sales", null), ("East", "Sales"), ("Port", "East"), ("West", null) })
            scene.Teams[team] = await TeamAsync(owner, team, parent is null ? null : scene.Teams[parent]);
        foreach (var (person, role, team) in new (string, string, string?)[] { ("Head", "MANAGER", null), ("Lead", "MANAGER", "East"), ("Ann", "USER", "Port"), ("Bob", "USER", "Port"), ("Wim", "USER", "West") })
            (scene.People[person], scene.Ids[person]) = await owner.MemberAsync(role, team is null ? null : scene.Teams[team]);
        (await owner.PatchAsync($"/teams/{scene.Teams["Sales"]}", new { managerId = scene.Ids["Head"] })).ShouldBe(200);
        foreach (var (name, by) in new (string, string)[] { ("Head", "Head"), ("Lead", "Lead"), ("Ann", "Ann"), ("Bob", "Bob"), ("Wim", "Wim"), ("Port", "Ann"), ("West", "Wim") })
            foreach (var resource in (string[])["leads", "customers", "deals", "companies"])
                scene.Records[(resource, name)] = await RecordAsync(scene.People[by], resource, name, isOwned: name == by);
        return scene;
    }

    private static async Task<Guid> TeamAsync(ApiClient owner, string name, Guid? parentId) => (await owner.PostAsync("/teams", new { name, parentId })).ShouldBe(201).Id;

    private static async Task<Guid> RecordAsync(ApiClient client, string resource, string name, bool isOwned)
    {
        var body = new JsonObject { [resource == "deals" ? "title" : "name"] = $"Seen {name}" };
        if (!isOwned) body["ownerId"] = null;
        return (await client.PostAsync($"/{resource}", body)).ShouldBe(201).Id;
    }
}
