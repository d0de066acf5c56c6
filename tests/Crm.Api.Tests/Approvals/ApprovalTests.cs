using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Approvals;

/// <summary>Asking before it is done: who may, who is first, and what waits for it.</summary>
public sealed class ApprovalTests(CrmApi api)
{
    [Fact]
    public async Task It_is_decided_once_whoever_comes_first()
    {
        var tenant = await api.TenantAsync();
        var managers = new[] { await tenant.MemberAsync("MANAGER"), await tenant.MemberAsync("MANAGER") };
        var lead = await tenant.LeadAsync();
        for (var round = 0; round < 5; round++)
        {
            var id = await AskAsync(tenant, lead, managers.Select(m => m.UserId));
            var replies = await Task.WhenAll(managers[0].Client.PostAsync($"/approvals/{id}/approve", new { comment = "Fine" }), managers[1].Client.PostAsync($"/approvals/{id}/reject", new { }));
            replies.Select(r => r.Status).Order().ShouldBe([200, 409]);
            replies.Single(r => r.Status == 409).ShouldFail(409, "INVALID_STATE");
            var decided = (await tenant.GetAsync($"/approvals/{id}")).Data;
            ((string)decided["status"]!).ShouldBe(replies[0].Status == 200 ? "APPROVED" : "REJECTED");
            decided["votes"]!.AsArray().Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Of_all_the_last_one_decides_and_one_may_leave_it_to_another()
    {
        var tenant = await api.TenantAsync();
        var (one, two, three) = (await tenant.MemberAsync("MANAGER"), await tenant.MemberAsync("MANAGER"), await tenant.MemberAsync("MANAGER"));
        var id = await AskAsync(tenant, await tenant.LeadAsync(), [one.UserId, two.UserId], new { mode = "ALL" });
        (await one.Client.PostAsync($"/approvals/{id}/approve", new { })).ShouldBe(200).Of("status").ShouldBe("PENDING");
        (await three.Client.PostAsync($"/approvals/{id}/approve", new { })).ShouldFail(403, "FORBIDDEN");
        (await two.Client.PostAsync($"/approvals/{id}/delegate", new { toId = Guid.CreateVersion7() })).ShouldFail(422, "UNPROCESSABLE");
        (await two.Client.PostAsync($"/approvals/{id}/delegate", new { toId = three.UserId })).ShouldBe(200);
        (await two.Client.PostAsync($"/approvals/{id}/approve", new { })).ShouldFail(403, "FORBIDDEN");
        (await three.Client.PostAsync($"/approvals/{id}/approve", new { })).ShouldBe(200).Of("status").ShouldBe("APPROVED");
        (await tenant.GetAsync($"/approvals?approverIds={three.UserId}")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Refusals_and_other_tenants()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var user = await tenant.MemberAsync("USER");
        var manager = await tenant.MemberAsync("MANAGER");
        var lead = await tenant.LeadAsync();
        var id = await AskAsync(tenant, lead, [manager.UserId]);
        (await user.Client.PostAsync($"/approvals/{id}/approve", new { })).ShouldFail(403, "FORBIDDEN");
        (await other.GetAsync($"/approvals/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/approvals/{id}/approve", new { })).ShouldFail(404, "NOT_FOUND");
        (await tenant.PostAsync("/approvals", new { title = "x", resource = "leads", recordId = await other.LeadAsync(), approverIds = new[] { user.UserId } })).ShouldFail(422, "UNPROCESSABLE");
        (await tenant.PostAsync("/approvals", new { title = "x", resource = "leads", recordId = lead, approverIds = new[] { other.UserId } })).ShouldFail(422, "UNPROCESSABLE");
        (await tenant.PostAsync("/approvals", new { title = "x", resource = "leads", recordId = lead, approverIds = new[] { "x" } })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/approvals", new { title = "x", resource = "leads", recordId = lead, approverIds = new[] { user.UserId }, expiresAt = "2026-01-01T00:00:00Z" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/approvals", new { title = "x", resource = "nothing", recordId = lead, approverIds = new[] { user.UserId } })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task Who_may_not_decide_is_not_asked()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (user, manager, left, granted) = (await tenant.MemberAsync("USER"), await tenant.MemberAsync("MANAGER"), await tenant.MemberAsync("MANAGER"), await tenant.MemberAsync("USER"));
        (await tenant.PatchAsync($"/team/members/{left.UserId}", new { isActive = false })).ShouldBe(200);
        (await tenant.PatchAsync($"/team/members/{granted.UserId}", new { permissions = new { grant = new[] { "approvals.decide" } } })).ShouldBe(200);
        var body = new { title = "x", resource = "leads", recordId = await tenant.LeadAsync(), approverIds = new[] { user.UserId, manager.UserId, left.UserId, other.UserId, granted.UserId } };
        var refused = (await tenant.PostAsync("/approvals", body)).ShouldFail(422, "UNPROCESSABLE");
        refused.Errors.Select(e => e.Key).Order().ShouldBe(["approverIds[0]", "approverIds[2]", "approverIds[3]"]);
        refused.Errors["approverIds[0]"]![0]!.GetValue<string>().ShouldContain("approvals.decide");
        var id = await AskAsync(tenant, await tenant.LeadAsync(), [manager.UserId]);
        foreach (var to in new[] { user.UserId, left.UserId, other.UserId }) (await manager.Client.PostAsync($"/approvals/{id}/delegate", new { toId = to })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("toId");
        (await manager.Client.PostAsync($"/approvals/{id}/delegate", new { toId = granted.UserId })).ShouldBe(200);
        (await granted.Client.PostAsync($"/approvals/{id}/approve", new { })).ShouldBe(200).Of("status").ShouldBe("APPROVED");
    }

    [Fact]
    public async Task It_ends_undecided_when_its_time_is_over()
    {
        var tenant = await api.TenantAsync();
        var manager = await tenant.MemberAsync("MANAGER");
        var id = await AskAsync(tenant, await tenant.LeadAsync(), [manager.UserId], new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(8) });
        await Eventually.Async(async () => (await tenant.EventsAsync("types=approval.decided", 0)).Items.Count == 1, "it expires by itself");
        (await tenant.GetAsync($"/approvals/{id}")).Of("status").ShouldBe("EXPIRED");
        (await manager.Client.PostAsync($"/approvals/{id}/approve", new { })).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task A_rule_waits_for_it_and_goes_on_or_stops()
    {
        var tenant = await api.TenantAsync();
        var manager = await tenant.MemberAsync("MANAGER");
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" },
            [new { type = "REQUEST_APPROVAL", title = "May {{name}} be called?", userIds = new[] { manager.UserId } }, new { type = "UPDATE_FIELD", field = "score", value = 90 }]);
        var (yes, no) = (await tenant.LeadAsync("Yes"), await tenant.LeadAsync("No"));
        await Eventually.Async(async () => (await tenant.GetAsync("/approvals")).Items.Count == 2, "it asks");
        foreach (var asked in (await manager.Client.GetAsync("/approvals")).Items)
        {
            asked!["requesterId"].ShouldBeNull();
            var act = (string)asked["title"]! == "May Yes be called?" ? "approve" : "reject";
            (await manager.Client.PostAsync($"/approvals/{asked["id"]}/{act}", new { })).ShouldBe(200);
        }
        await Eventually.Async(async () => (await tenant.RunsAsync(rule)).All(r => r.Status() is "SUCCEEDED" or "FAILED"), "they go on");
        ((int?)(await tenant.GetAsync($"/leads/{yes}")).Data["score"]).ShouldBe(90);
        (await tenant.GetAsync($"/leads/{no}")).Data["score"].ShouldBeNull();
        ((string)(await tenant.RunsAsync(rule)).Single(r => (Guid)r["recordId"]! == no)["reason"]!).ShouldContain("rejected");
    }

    [Fact]
    public async Task A_deal_above_the_limit_is_won_with_an_approval_of_somebody_else_only()
    {
        var tenant = await api.TenantAsync();
        var manager = await tenant.MemberAsync("MANAGER");
        (await tenant.PatchAsync("/tenant", new { dealApprovalAbove = new { amount = 1000, currency = "EUR" } })).ShouldBe(200);
        var won = (await tenant.GetAsync("/pipelines")).Items[0]!["stages"]!.AsArray().Single(s => (string)s!["kind"]! == "WON")!["id"]!.GetValue<Guid>();
        var small = (await tenant.PostAsync("/deals", new { title = "Small", value = new { amount = 1000, currency = "EUR" } })).ShouldBe(201).Id;
        (await tenant.PutAsync($"/deals/{small}/stage", new { stageId = won })).ShouldBe(200);
        var deal = (await tenant.PostAsync("/deals", new { title = "Large", value = new { amount = 1000.01, currency = "EUR" } })).ShouldBe(201).Id;
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = won })).ShouldFail(409, "APPROVAL_REQUIRED");
        (await tenant.PatchAsync($"/deals/{deal}", new { stageId = won })).ShouldFail(409, "APPROVAL_REQUIRED");
        (await tenant.PostAsync("/deals", new { title = "At once", stageId = won, value = new { amount = 5, currency = "USD" } })).ShouldFail(409, "APPROVAL_REQUIRED");
        var own = await AskAsync(tenant, deal, [tenant.UserId], new { resource = "deals" });
        (await tenant.PostAsync($"/approvals/{own}/approve", new { })).ShouldBe(200);
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = won })).ShouldFail(409, "APPROVAL_REQUIRED");
        var asked = await AskAsync(tenant, deal, [manager.UserId], new { resource = "deals" });
        (await manager.Client.PostAsync($"/approvals/{asked}/approve", new { })).ShouldBe(200).Data["amount"]!["amount"]!.GetValue<decimal>().ShouldBe(1000.01m);
        (await tenant.PatchAsync($"/deals/{deal}", new { value = new { amount = 2000, currency = "EUR" } })).ShouldBe(200);
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = won })).ShouldFail(409, "APPROVAL_REQUIRED");
        (await tenant.PatchAsync($"/deals/{deal}", new { value = new { amount = 1000.01, currency = "EUR" } })).ShouldBe(200);
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = won })).ShouldBe(200).Of("status").ShouldBe("WON");
    }

    [Fact]
    public async Task A_deal_below_list_prices_is_won_with_an_approval_that_covers_its_discount_only()
    {
        var tenant = await api.TenantAsync();
        var manager = await tenant.MemberAsync("MANAGER");
        (await tenant.PatchAsync("/tenant", new { dealApprovalDiscountAbove = 10 })).ShouldBe(200);
        var won = (await tenant.GetAsync("/pipelines")).Items[0]!["stages"]!.AsArray().Single(s => (string)s!["kind"]! == "WON")!["id"]!.GetValue<Guid>();
        var product = (await tenant.PostAsync("/products", new { name = "Engine", sku = "ENGINE", price = new { amount = 30, currency = "EUR" } })).ShouldBe(201).Id;
        object Deal(decimal price, Guid? stage = null) => new { title = "Engines", stageId = stage, lineItems = new[] { new { productId = product, quantity = 3, unitPrice = new { amount = price, currency = "EUR" } } } };
        (await tenant.PostAsync("/deals", Deal(27, won))).ShouldBe(201);
        (await tenant.PostAsync("/deals", Deal(26.99m, won))).ShouldFail(409, "APPROVAL_REQUIRED");
        (await tenant.PostAsync("/deals", new { title = "Without lines", stageId = won, value = new { amount = 1, currency = "EUR" } })).ShouldBe(201);

        var deal = (await tenant.PostAsync("/deals", Deal(20))).ShouldBe(201).Id;
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = won })).ShouldFail(409, "APPROVAL_REQUIRED");
        var asked = await AskAsync(tenant, deal, [manager.UserId], new { resource = "deals" });
        (await manager.Client.PostAsync($"/approvals/{asked}/approve", new { })).ShouldBe(200).Data["discountPercent"]!.GetValue<decimal>().ShouldBe(33.34m);
        (await tenant.PatchAsync($"/deals/{deal}", new { stageId = won, value = new { amount = 59, currency = "EUR" } })).ShouldFail(409, "APPROVAL_REQUIRED");
        (await tenant.PutAsync($"/deals/{deal}/stage", new { stageId = won })).ShouldBe(200).Of("status").ShouldBe("WON");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100.01)]
    [InlineData(0.001)]
    public async Task A_limit_that_is_no_discount_is_refused(decimal percent)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { dealApprovalDiscountAbove = percent })).ShouldFail(400, "VALIDATION_FAILED");
    }

    private static async Task<Guid> AskAsync(ApiClient client, Guid record, IEnumerable<Guid> approvers, object? more = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["title"] = "May I?";
        body["resource"] ??= "leads";
        body["recordId"] = record.ToString();
        body["approverIds"] = System.Text.Json.JsonSerializer.SerializeToNode(approvers);
        return (await client.PostAsync("/approvals", body)).ShouldBe(201).Id;
    }
}
