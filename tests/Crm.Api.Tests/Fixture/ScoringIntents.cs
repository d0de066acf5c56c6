using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests of scoring do.</summary>
internal static class ScoringIntents
{
    /// <summary>Leads of which every other one was converted and the rest lost. Referred ones mostly convert; <paramref name="also"/> tells more of a likely one and of an unlikely one.</summary>
    /// <param name="whenLost">What is written into a lead when it is given up, besides its status.</param>
    public static async Task DecidedLeadsAsync(this ApiClient tenant, int count, Func<Random, bool, JsonObject>? also = null, JsonObject? whenLost = null)
    {
        var random = new Random(11);
        var past = Enumerable.Range(0, count).Select(i =>
        {
            var (won, expected) = (i % 2 == 0, random.NextDouble() < 0.9);
            var data = also?.Invoke(random, won == expected) ?? [];
            (data["name"], data["source"]) = ($"Past {i}", won == expected ? "REFERRAL" : "ADVERTISING");
            return (Won: won, Data: data);
        }).ToList();
        var made = (await tenant.PostAsync("/leads/batch", new { operations = past.Select(p => new { op = "create", data = p.Data }) })).ShouldBe(200).Items.Select(r => (Guid)r!["id"]!).ToList();
        var lost = past.Zip(made).Where(p => !p.First.Won).Select(p =>
        {
            var change = (JsonObject?)whenLost?.DeepClone() ?? [];
            change["status"] = "LOST";
            return new { op = "update", id = p.Second, data = change };
        });
        (await tenant.PostAsync("/leads/batch", new { operations = lost })).ShouldBe(200).Items.ShouldAllBe(r => (int)r!["status"]! == 200);
        foreach (var id in past.Zip(made).Where(p => p.First.Won).Select(p => p.Second)) (await tenant.PostAsync($"/leads/{id}/convert", new { })).ShouldBe(200);
    }

    /// <summary>A new scoring rule; its id.</summary>
    public static async Task<Guid> ScoringRuleAsync(this ApiClient tenant, string name, int points, string? condition = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["name"], body["points"]) = (name, points);
        if (condition is not null) body["condition"] = JsonNode.Parse(condition);
        return (await tenant.PostAsync("/lead-scoring/rules", body)).ShouldBe(201).Id;
    }

    /// <summary>Waits until the lead shows this score.</summary>
    public static Task ScoredAsync(this ApiClient tenant, Guid lead, int score, string because) => tenant.ScoredAsync(lead, () => score, because);

    /// <summary>The same where the score changes with the day.</summary>
    public static Task ScoredAsync(this ApiClient tenant, Guid lead, Func<int> score, string because) =>
        Eventually.Async(async () => (int?)(await tenant.GetAsync($"/leads/{lead}")).ShouldBe(200).Data["score"] == score(), because);

    /// <summary>That many new leads; their ids.</summary>
    public static async Task<IReadOnlyList<Guid>> LeadsAsync(this ApiClient tenant, int count)
    {
        var made = new List<Guid>();
        foreach (var piece in Enumerable.Range(0, count).Chunk(1_000))
            made.AddRange((await tenant.PostAsync("/leads/batch", new { operations = piece.Select(i => new { op = "create", data = new { name = $"Lead {i}" } }) })).ShouldBe(200).Items.Select(r => (Guid)r!["id"]!));
        return made;
    }
}
