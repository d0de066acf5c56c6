using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Deals;

public sealed class StageTests(CrmApi api)
{
    [Fact]
    public async Task Moving_closes_and_reopens_and_says_so()
    {
        var tenant = await api.TenantAsync();
        var (stages, deal) = (await tenant.StagesAsync(), await tenant.DealAsync());
        (await tenant.MoveAsync(deal.Id, stages["PROPOSAL"])).ShouldBe(200).Of("status").ShouldBe("OPEN");
        var won = (await tenant.MoveAsync(deal.Id, stages["CLOSED_WON"])).ShouldBe(200);
        (won.Of("status"), won.Of("actualCloseDate"), won.Header("ETag")).ShouldBe(("WON", DateTime.UtcNow.ToString("yyyy-MM-dd"), "\"3\""));
        var again = (await tenant.MoveAsync(deal.Id, stages["CLOSED_WON"])).ShouldBe(200);
        again.Body.ShouldBe(won.Body);
        var open = (await tenant.MoveAsync(deal.Id, stages["QUALIFIED"])).ShouldBe(200);
        (open.Of("status"), open.Of("actualCloseDate")).ShouldBe(("OPEN", null));
        var lost = (await tenant.PutAsync($"/deals/{deal.Id}/stage", new { stageId = stages["CLOSED_LOST"], actualCloseDate = "2026-01-31", lostReason = "Price" })).ShouldBe(200);
        (lost.Of("status"), lost.Of("actualCloseDate"), lost.Of("lostReason")).ShouldBe(("LOST", "2026-01-31", "Price"));

        (await tenant.GetAsync($"/deals/{deal.Id}/history")).Items.Select(v => string.Join(' ', v!["events"]!.AsArray().Select(e => (string?)e))).ShouldBe(
            ["deal.stage_changed deal.lost", "deal.stage_changed deal.reopened", "deal.stage_changed deal.won", "deal.stage_changed", "deal.created"]);
    }

    [Fact]
    public async Task A_change_that_names_a_stage_is_a_move()
    {
        var tenant = await api.TenantAsync();
        var (stages, deal) = (await tenant.StagesAsync(), await tenant.DealAsync());
        (await tenant.PatchAsync($"/deals/{deal.Id}", new { stageId = stages["CLOSED_WON"] })).Of("status").ShouldBe("WON");
        (await tenant.PutAsync($"/deals/{deal.Id}", new { title = "From the start" })).ShouldBe(200).Of("status").ShouldBe("OPEN");
        var created = await tenant.DealAsync(new { stageId = stages["CLOSED_LOST"], lostReason = "Price" });
        created.Of("status").ShouldBe("LOST");
        (await tenant.GetAsync($"/deals/{created.Id}/history")).Items[0]!["events"]!.AsArray().Select(e => (string?)e).ShouldBe(["deal.created", "deal.lost"]);
    }

    [Fact]
    public async Task A_stage_that_is_none_of_the_pipeline_s_is_refused()
    {
        var tenant = await api.TenantAsync();
        var deal = await tenant.DealAsync();
        (await tenant.MoveAsync(deal.Id, Guid.NewGuid())).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("stageId");
        (await tenant.PutAsync($"/deals/{deal.Id}/stage", new { })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("stageId");
        (await tenant.MoveAsync(deal.Id, (await tenant.StagesAsync())["PROPOSAL"], ("If-Match", "\"7\""))).ShouldFail(412, "PRECONDITION_FAILED");
    }

    [Fact]
    public async Task Another_pipeline_begins_at_its_first_open_stage()
    {
        var tenant = await api.TenantAsync();
        var other = (await tenant.PostAsync("/pipelines", new { name = "Partners", stages = new object[] { new { name = "Signed", kind = "WON" }, new { name = "Met" } } })).ShouldBe(201);
        var deal = await tenant.DealAsync(new { stageId = (await tenant.StagesAsync())["PROPOSAL"] });
        var moved = (await tenant.PatchAsync($"/deals/{deal.Id}", new { pipelineId = other.Id })).ShouldBe(200);
        ((Guid)moved.Data["stageId"]!).ShouldBe(DealIntents.StagesOf(other.Data)["Met"]);
        (await tenant.PatchAsync($"/deals/{deal.Id}", new { stageId = (await tenant.StagesAsync())["LEAD"] })).ShouldFail(422, "UNPROCESSABLE");
    }

    [Fact]
    public async Task Of_concurrent_moves_with_one_etag_one_wins()
    {
        var tenant = await api.TenantAsync();
        var (stages, deal) = (await tenant.StagesAsync(), await tenant.DealAsync());
        var targets = new[] { "QUALIFIED", "PROPOSAL", "NEGOTIATION", "CLOSED_WON", "CLOSED_LOST" };
        var replies = await Task.WhenAll(targets.Concat(targets).Select(t => tenant.MoveAsync(deal.Id, stages[t], ("If-Match", "\"1\""))));
        replies.Count(r => r.Status == 200).ShouldBe(1);
        replies.Count(r => r.Status == 412).ShouldBe(9);
    }

    [Fact]
    public async Task Concurrent_moves_without_one_each_leave_a_whole_deal()
    {
        var tenant = await api.TenantAsync();
        var (stages, deal) = (await tenant.StagesAsync(), await tenant.DealAsync());
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => tenant.MoveAsync(deal.Id, stages[i % 2 == 0 ? "CLOSED_WON" : "PROPOSAL"])));
        replies.ShouldAllBe(r => r.Status == 200);
        var end = await tenant.GetAsync($"/deals/{deal.Id}");
        (end.Of("status") == "WON").ShouldBe(end.Of("actualCloseDate") is not null);
        var moves = (await tenant.GetAsync($"/deals/{deal.Id}/stage-history")).Items.Count;
        ((int)end.Data["version"]!).ShouldBe(moves);
    }

    [Fact]
    public async Task The_stage_history_tells_the_time_spent_in_each_newest_first()
    {
        var tenant = await api.TenantAsync();
        var (stages, deal) = (await tenant.StagesAsync(), await tenant.DealAsync());
        await tenant.MoveAsync(deal.Id, stages["PROPOSAL"]);
        await tenant.MoveAsync(deal.Id, stages["CLOSED_WON"]);
        var history = (await tenant.GetAsync($"/deals/{deal.Id}/stage-history")).ShouldBe(200);
        history.Names("stage").ShouldBe(["CLOSED_WON", "PROPOSAL", "LEAD"]);
        history.Items[0]!["leftAt"].ShouldBeNull();
        ((string?)history.Items[1]!["leftAt"]).ShouldBe((string?)history.Items[0]!["enteredAt"]);
        ((Guid)history.Items[2]!["by"]!["id"]!).ShouldBe(tenant.UserId);
        history.Items[2]!["durationSeconds"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(0);

        var first = await tenant.GetAsync($"/deals/{deal.Id}/stage-history?take=2");
        ((int)first.Meta["total"]!).ShouldBe(3);
        (await tenant.GetAsync($"/deals/{deal.Id}/stage-history?take=2&cursor={first.Meta["nextCursor"]}")).Names("stage").ShouldBe(["LEAD"]);
        (await tenant.GetAsync($"/deals/{deal.Id}/stage-history?cursor=x")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task The_insight_has_the_numbers_of_the_product_page()
    {
        var tenant = await api.TenantAsync();
        var (stages, customer) = (await tenant.StagesAsync(), await tenant.CustomerAsync());
        var alone = await tenant.DealAsync(new { stageId = stages["PROPOSAL"], openedOn = "2020-01-01" });
        var insight = (await tenant.GetAsync($"/deals/{alone.Id}/insight")).ShouldBe(200).Data;
        ((decimal)insight["winProbability"]!, (decimal)insight["baseProbability"]!).ShouldBe((0.4m, 0.5m));
        ((string?)insight["factors"]![0]!["name"]).ShouldBe("OLDER_THAN_90_DAYS");
        insight["nextActions"]!.AsArray().Select(a => (string?)a).ShouldBe(["Follow up on proposal", "Address questions/objections", "Schedule closing call"]);

        var quiet = await tenant.DealAsync(new { customerId = customer });
        ((decimal)(await tenant.GetAsync($"/deals/{quiet.Id}/insight")).Data["winProbability"]!).ShouldBe(0.07m);
        for (var i = 0; i < 5; i++) await tenant.ActivityAsync(new { customerId = customer });
        await tenant.DealAsync(new { customerId = customer });
        ((decimal)(await tenant.GetAsync($"/deals/{quiet.Id}/insight")).Data["winProbability"]!).ShouldBe(0.13m);

        await tenant.MoveAsync(quiet.Id, stages["CLOSED_LOST"]);
        var lost = (await tenant.GetAsync($"/deals/{quiet.Id}/insight")).Data;
        ((decimal)lost["winProbability"]!).ShouldBe(0);
        lost["factors"]!.AsArray().ShouldBeEmpty();
    }
}
