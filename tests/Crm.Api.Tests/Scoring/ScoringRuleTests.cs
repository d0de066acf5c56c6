using Crm.Api.Tests.Fixture;
using Crm.Domain.Scoring;

namespace Crm.Api.Tests.Scoring;

/// <summary>Rules as records, and the points that leads get by them.</summary>
public sealed class ScoringRuleTests(CrmApi api)
{
    [Fact]
    public async Task Leads_get_the_points_of_the_rules_they_meet_and_are_told_which()
    {
        var tenant = await api.TenantAsync();
        var before = await tenant.LeadAsync("There before", more: new { source = "REFERRAL", score = 7 });
        var referral = await tenant.ScoringRuleAsync("Referral", 30, """{"field": "source", "value": "REFERRAL"}""");
        var large = await tenant.ScoringRuleAsync("Large", 25, """{"and": [{"field": "value", "op": "gte", "value": 1000}, {"not": {"field": "status", "value": "LOST"}}]}""");
        var free = await tenant.ScoringRuleAsync("Free mail", -20, """{"field": "email", "op": "contains", "value": "@gmail."}""");
        var every = await tenant.ScoringRuleAsync("Every lead", 10);
        await tenant.ScoringRuleAsync("Inactive", 100, more: new { isActive = false });
        await tenant.ScoredAsync(before, 40, "those that were there are scored anew");

        var after = await tenant.LeadAsync("Arrives", value: 5000, more: new { source = "REFERRAL", email = "ada@gmail.com", score = 7 });
        await tenant.ScoredAsync(after, 45, "who arrives is scored");
        var score = (await tenant.GetAsync($"/leads/{after}/score")).ShouldBe(200).Data;
        ((int)score["score"]!, (bool)score["isComputed"]!, (int)score["statedScore"]!).ShouldBe((45, true, 7));
        score["model"].ShouldBeNull();
        score["rules"]!.AsArray().Select(r => ((Guid)r!["ruleId"]!, (string)r["name"]!, (int)r["points"]!, (int)r["decayedPoints"]!))
            .ShouldBe([(referral, "Referral", 30, 30), (large, "Large", 25, 25), (free, "Free mail", -20, -20), (every, "Every lead", 10, 10)]);
        (await tenant.GetAsync($"/leads/{after}")).Header("ETag").ShouldBe("\"1\"", "a computed score is no change of the lead");
        (await tenant.GetAsync("/leads?sort=-score&score[gte]=41&fields=name")).Items.Select(l => (string)l!["name"]!).ShouldBe(["Arrives"]);

        (await tenant.PatchAsync($"/leads/{after}", new { status = "LOST", email = "ada@example.com" })).ShouldBe(200);
        await tenant.ScoredAsync(after, 40, "a change is scored");
        (await tenant.DeleteAsync($"/lead-scoring/rules/{every}")).ShouldBe(204);
        await tenant.ScoredAsync(after, 30, "a deleted rule gives nothing");
        (await tenant.PostAsync($"/lead-scoring/rules/{every}/restore")).ShouldBe(200);
        await tenant.ScoredAsync(after, 40, "a restored one does again");
        foreach (var rule in new[] { referral, large, free, every }) (await tenant.PatchAsync($"/lead-scoring/rules/{rule}", new { isActive = false })).ShouldBe(200);
        await tenant.ScoredAsync(after, 7, "without rules and a model what is stated is shown");
        (await tenant.GetAsync($"/leads/{after}/score")).Data["isComputed"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task A_score_stays_within_0_and_100_whatever_the_rules_give()
    {
        var tenant = await api.TenantAsync();
        await tenant.ScoringRuleAsync("Much", 100, """{"field": "source", "value": "REFERRAL"}""");
        await tenant.ScoringRuleAsync("More", 90, """{"field": "source", "value": "REFERRAL"}""");
        await tenant.ScoringRuleAsync("Nothing of it", -100, """{"field": "source", "value": "ADVERTISING"}""");
        var (high, low, none) = (await tenant.LeadAsync(more: new { source = "REFERRAL" }), await tenant.LeadAsync(more: new { source = "ADVERTISING" }), await tenant.LeadAsync());
        await tenant.ScoredAsync(high, 100, "not more");
        await tenant.ScoredAsync(low, 0, "not less");
        await tenant.ScoredAsync(none, 0, "one that meets no rule has nothing");
    }

    [Fact]
    public async Task Rules_add_to_what_the_model_says()
    {
        var tenant = await api.TenantAsync();
        await tenant.DecidedLeadsAsync(100);
        var model = (await tenant.PostAsync("/lead-scoring/models", new { name = "First" })).ShouldBe(201).Id;
        (await tenant.PutAsync($"/lead-scoring/models/{model}/activate")).ShouldBe(200);
        await tenant.ScoringRuleAsync("Fair", 10, """{"field": "tags", "value": "fair"}""");
        var lead = await tenant.LeadAsync(more: new { source = "ADVERTISING", tags = new[] { "fair" } });
        var score = (await tenant.GetAsync($"/leads/{lead}/score")).ShouldBe(200).Data;
        var points = (int)score["model"]!["points"]!;
        points.ShouldBeInRange(1, 49);
        ((int)score["score"]!).ShouldBe(points + 10);
        await tenant.ScoredAsync(lead, points + 10, "the list shows the same");
    }

    [Fact]
    public async Task Points_grow_old_from_the_date_a_rule_names()
    {
        var tenant = await api.TenantAsync();
        await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "renewal", type = "DATE" });
        await tenant.ScoringRuleAsync("Created", 40, more: new { decayFrom = "createdAt", halfLifeDays = 10 });
        await tenant.ScoringRuleAsync("Renewal", 20, more: new { decayFrom = "customFields.renewal", halfLifeDays = 10 });
        await tenant.ScoringRuleAsync("In touch", 16, more: new { decayFrom = "lastActivityAt", halfLifeDays = 7 });
        var today = DateTime.UtcNow.Date;
        var lead = await tenant.LeadAsync(more: new { customFields = new { renewal = $"{today.AddDays(-20):yyyy-MM-dd}" } });
        await tenant.ScoredAsync(lead, () => Of(40, 0, 10) + Of(20, 20, 10) + 16, "what has no date has not grown old");
        var activity = (await tenant.PostAsync("/activities", new { type = "CALL", subject = "Call", leadId = lead, occurredAt = today.AddDays(-14) })).ShouldBe(201).Id;
        await tenant.ScoredAsync(lead, () => Of(40, 0, 10) + Of(20, 20, 10) + Of(16, 14, 7), "an activity tells when they were last in touch");
        var rules = (await tenant.GetAsync($"/leads/{lead}/score")).ShouldBe(200).Data["rules"]!.AsArray();
        rules.Select(r => ((int)r!["points"]!, (int)r["decayedPoints"]!, (int)r["ageDays"]!, (int)r["halfLifeDays"]!)).ShouldBe([(40, Of(40, 0, 10), Late(), 10), (20, Of(20, 20, 10), 20 + Late(), 10), (16, Of(16, 14, 7), 14 + Late(), 7)]);
        ((string)rules[2]!["since"]!, (string)rules[2]!["decayFrom"]!).ShouldBe(($"{today.AddDays(-14):yyyy-MM-dd}", "lastActivityAt"));
        var other = await tenant.LeadAsync();
        (await tenant.PatchAsync($"/activities/{activity}", new { leadId = other })).ShouldBe(200);
        await tenant.ScoredAsync(lead, () => Of(40, 0, 10) + Of(20, 20, 10) + 16, "the activity is another lead's now");
        await tenant.ScoredAsync(other, () => Of(40, 0, 10) + 20 + Of(16, 14, 7), "and grew old there");

        // A day older where the day ends while this runs.
        int Of(int points, int age, int halfLife) => ScoreDecay.Of(points, age + Late(), halfLife);

        int Late() => (DateTime.UtcNow.Date - today).Days;
    }

    [Fact]
    public async Task What_leads_do_not_have_is_refused_by_its_path_and_a_field_that_goes_later_is_told()
    {
        var tenant = await api.TenantAsync();
        Refused(await PostAsync(tenant, new { points = 5, condition = new { field = "nothing", value = 1 } })).ShouldBe(["condition.field"]);
        Refused(await PostAsync(tenant, new { points = 5, condition = new { and = new object[] { new { field = "status", value = "NO_SUCH" } } } })).ShouldBe(["condition.and[0].value"]);
        Refused(await PostAsync(tenant, new { points = 5, condition = new { field = "customFields.tier", value = "gold" } })).ShouldBe(["condition.field"]);
        Refused(await PostAsync(tenant, new { points = 5, condition = new { field = "before.status", value = "NEW" } })).ShouldBe(["condition.field"]);
        Refused(await PostAsync(tenant, new { points = 5, decayFrom = "name", halfLifeDays = 1 })).ShouldBe(["decayFrom"]);
        Refused(await PostAsync(tenant, new { points = 5, decayFrom = "createdAt" })).ShouldBe(["halfLifeDays"]);
        Refused(await PostAsync(tenant, new { points = 101 })).ShouldBe(["points"]);
        Refused(await PostAsync(tenant, new { })).ShouldBe(["points"]);
        Refused(await PostAsync(tenant, new { points = 1.5 })).ShouldBe(["points"]);

        var field = (await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "tier", type = "TEXT" })).ShouldBe(201).Id;
        var rule = await tenant.ScoringRuleAsync("Gold", 50, """{"field": "customFields.tier", "value": "gold"}""");
        await tenant.ScoringRuleAsync("Every lead", 5);
        var lead = await tenant.LeadAsync(more: new { customFields = new { tier = "gold" } });
        await tenant.ScoredAsync(lead, 55, "it meets both");
        (await tenant.DeleteAsync($"/custom-fields/{field}")).ShouldBe(204);
        await tenant.ScoredAsync(lead, 5, "a rule about a field that is gone gives nothing");
        var score = (await tenant.GetAsync($"/leads/{lead}/score")).ShouldBe(200).Data;
        var broken = score["brokenRules"]!.AsArray().ShouldHaveSingleItem()!;
        ((Guid)broken["ruleId"]!, (string)broken["name"]!).ShouldBe((rule, "Gold"));
        ((string)broken["reason"]!).ShouldContain("customFields.tier");
        (await tenant.PatchAsync($"/lead-scoring/rules/{rule}", new { isActive = false })).ShouldBe(200);
        (await tenant.PostAsync($"/custom-fields/{field}/restore")).ShouldBe(200);
        (await tenant.PatchAsync($"/lead-scoring/rules/{rule}", new { isActive = true })).ShouldBe(200);
        await tenant.ScoredAsync(lead, 55, "with the field it is back");
    }

    [Fact]
    public async Task Who_may_not_write_is_refused_and_another_tenant_neither_sees_nor_is_scored_by_a_rule()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var rule = await mine.ScoringRuleAsync("Every lead", 50);
        var (user, _) = await mine.MemberAsync("USER");
        (await PostAsync(user, new { points = 1 })).ShouldFail(403, "FORBIDDEN");
        (await user.DeleteAsync($"/lead-scoring/rules/{rule}")).ShouldFail(403, "FORBIDDEN");
        (await user.GetAsync($"/lead-scoring/rules/{rule}")).ShouldBe(200);
        (await other.GetAsync($"/lead-scoring/rules/{rule}")).ShouldFail(404, "NOT_FOUND");
        var (scored, stays) = (await mine.LeadAsync(), await other.LeadAsync(more: new { score = 3 }));
        await mine.ScoredAsync(scored, 50, "mine is scored");
        (await other.GetAsync($"/leads/{stays}/score")).Data["isComputed"]!.GetValue<bool>().ShouldBeFalse();
        (await mine.GetAsync($"/leads/{stays}/score")).ShouldFail(404, "NOT_FOUND");
    }

    private static Task<Reply> PostAsync(ApiClient client, object members)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(members)!.AsObject();
        body["name"] = "Rule";
        return client.PostAsync("/lead-scoring/rules", body);
    }

    private static IEnumerable<string> Refused(Reply reply) => reply.ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key);
}
