using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Deals;

public sealed class DealTests(CrmApi api)
{
    private const string Today = "yyyy-MM-dd";

    [Fact]
    public async Task A_deal_begins_today_in_the_first_stage_with_the_probability_of_it()
    {
        var tenant = await api.TenantAsync();
        var pipeline = await tenant.PipelineAsync();
        var deal = await tenant.DealAsync();
        deal.Header("Location").ShouldBe($"/api/v1/deals/{deal.Id}");
        ((Guid)deal.Data["pipelineId"]!).ShouldBe((Guid)pipeline["id"]!);
        ((Guid)deal.Data["stageId"]!).ShouldBe(DealIntents.StagesOf(pipeline)["LEAD"]);
        (deal.Of("status"), (int)deal.Data["probability"]!, deal.Of("openedOn")).ShouldBe(("OPEN", 10, DateTime.UtcNow.ToString(Today)));
        deal.Data["value"].ShouldBeNull();
        ((Guid)deal.Data["ownerId"]!).ShouldBe(tenant.UserId);
        deal.Data["lineItems"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_value_is_stated_or_the_sum_of_the_lines()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync(price: 10.25m);
        var lines = new[] { new { productId = product, quantity = 2.5 } };
        var deal = await tenant.DealAsync(new { lineItems = lines });
        deal.Data["value"]!.ToJsonString().ShouldBe("""{"amount":25.62,"currency":"EUR"}""");
        deal.Data["lineItems"]![0]!["unitPrice"]!.ToJsonString().ShouldBe("""{"amount":10.25,"currency":"EUR"}""");

        Amount(await tenant.PatchAsync($"/deals/{deal.Id}", new { value = new { amount = 7, currency = "EUR" } })).ShouldBe(7);
        Amount(await tenant.PatchAsync($"/deals/{deal.Id}", new { lineItems = new[] { new { productId = product, quantity = 9 } } })).ShouldBe(7);
        Amount(await tenant.PatchAsync($"/deals/{deal.Id}", new { value = (object?)null })).ShouldBe(92.25m);
        (await tenant.PatchAsync($"/deals/{deal.Id}", new { lineItems = Array.Empty<object>() })).Data["value"].ShouldBeNull();
    }

    [Fact]
    public async Task What_was_answered_can_be_sent_back_without_changing_anything()
    {
        var tenant = await api.TenantAsync();
        var deal = await tenant.DealAsync(new { lineItems = new[] { new { productId = await tenant.ProductAsync() } } });
        foreach (var method in new[] { "PATCH", "PUT" })
            (await tenant.SendAsync(method, $"/deals/{deal.Id}", deal.Data.DeepClone())).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        var lines = deal.Data["lineItems"]!.DeepClone();
        lines[0]!.AsObject().Remove("id");
        (await tenant.PatchAsync($"/deals/{deal.Id}", new JsonObject { ["lineItems"] = lines })).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        // The probability and the value are still the stage's and the lines'.
        (await tenant.MoveAsync(deal.Id, (await tenant.StagesAsync())["PROPOSAL"])).Data["probability"]!.GetValue<int>().ShouldBe(50);
    }

    [Fact]
    public async Task Everything_wrong_with_a_deal_is_told_at_once()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/deals", new { probability = 101, openedOn = "today", status = "WON", lineItems = new object[] { new { quantity = "x" } } }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order()
            .ShouldBe(["lineItems[0].productId", "lineItems[0].quantity", "openedOn", "probability", "status", "title"]);
        (await tenant.PostAsync("/deals", new { title = "x", lineItems = new[] { new { productId = Guid.NewGuid(), quantity = 0 } } }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("lineItems[0].quantity");
    }

    [Fact]
    public async Task Lines_in_two_currencies_need_a_value()
    {
        var tenant = await api.TenantAsync();
        var lines = new[] { new { productId = await tenant.ProductAsync(1) }, new { productId = await tenant.ProductAsync(1, "USD") } };
        (await tenant.PostAsync("/deals", new { title = "x", lineItems = lines })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("lineItems");
        await tenant.DealAsync(new { lineItems = lines, value = new { amount = 2, currency = "EUR" } });
    }

    [Fact]
    public async Task References_to_what_is_not_there_are_named()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var foreign = await stranger.ProductAsync();
        (await tenant.PostAsync("/deals", new { title = "x", customerId = Guid.NewGuid(), contactId = Guid.NewGuid(), companyId = Guid.NewGuid(), leadId = Guid.NewGuid(), ownerId = Guid.NewGuid(), lineItems = new[] { new { productId = foreign } } }))
            .ShouldFail(422, "UNPROCESSABLE").Errors.Select(e => e.Key).Order().ShouldBe(["companyId", "contactId", "customerId", "leadId", "lineItems[0].productId", "ownerId"]);
        (await tenant.PostAsync("/deals", new { title = "x", pipelineId = (Guid)(await stranger.PipelineAsync())["id"]! })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("pipelineId");
        (await tenant.PostAsync("/deals", new { title = "x", stageId = (await stranger.StagesAsync())["LEAD"] })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("stageId");
    }

    [Fact]
    public async Task A_deal_is_listed_by_its_members_and_found_by_its_words()
    {
        var tenant = await api.TenantAsync();
        var stages = await tenant.StagesAsync();
        await tenant.DealAsync(new { value = new { amount = 10, currency = "EUR" }, stageId = stages["PROPOSAL"] }, "Müller engine");
        await tenant.DealAsync(new { value = new { amount = 99, currency = "EUR" }, probability = 80 }, "Mill");
        (await tenant.GetAsync("/deals?sort=-value&fields=title")).Names("title").ShouldBe(["Mill", "Müller engine"]);
        (await tenant.GetAsync("/deals?probability[gte]=60")).Names("title").ShouldBe(["Mill"]);
        (await tenant.GetAsync($"/deals?stageId={stages["PROPOSAL"]}&status=OPEN&value[lt]=50")).Names("title").ShouldBe(["Müller engine"]);
        (await tenant.GetAsync("/deals?search=muller eng&expand=pipeline,owner")).Items.ShouldHaveSingleItem()!["pipeline"]!["stages"]!.AsArray().Count.ShouldBe(6);
    }

    [Fact]
    public async Task The_won_value_of_customers_follows_their_deals()
    {
        var tenant = await api.TenantAsync();
        var (first, second) = (await tenant.CustomerAsync("First"), await tenant.CustomerAsync("Second"));
        var stages = await tenant.StagesAsync();
        async Task<decimal> Won(Guid customer) => (decimal)(await tenant.GetAsync($"/customers/{customer}")).Data["wonValue"]!["amount"]!;

        var deal = await tenant.DealAsync(new { customerId = first, value = new { amount = 10_000, currency = "EUR" }, stageId = stages["CLOSED_WON"] });
        (await Won(first)).ShouldBe(10_000);
        (await tenant.GetAsync("/customers?wonValue[gte]=10000")).Names().ShouldBe(["First"]);
        await tenant.PatchAsync($"/deals/{deal.Id}", new { customerId = second });
        (await Won(first), await Won(second)).ShouldBe((0, 10_000));
        await tenant.MoveAsync(deal.Id, stages["LEAD"]);
        (await Won(second)).ShouldBe(0);
        await tenant.MoveAsync(deal.Id, stages["CLOSED_WON"]);
        await tenant.DeleteAsync($"/deals/{deal.Id}");
        (await Won(second)).ShouldBe(0);
        await tenant.PostAsync($"/deals/{deal.Id}/restore");
        (await Won(second)).ShouldBe(10_000);
    }

    [Fact]
    public async Task Lines_fall_and_rise_with_their_deal()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync();
        var deal = await tenant.DealAsync(new { lineItems = new[] { new { productId = product } } });
        (await tenant.DeleteAsync($"/products/{product}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/deals/{deal.Id}")).ShouldBe(204);
        (await tenant.GetAsync("/deals?deleted=true")).Items[0]!["lineItems"]!.AsArray().Count.ShouldBe(1);
        (await tenant.PostAsync($"/deals/{deal.Id}/restore")).ShouldBe(200).Data["lineItems"]!.ToJsonString().ShouldBe(deal.Data["lineItems"]!.ToJsonString());
        await tenant.PatchAsync($"/deals/{deal.Id}", new { lineItems = Array.Empty<object>() });
        (await tenant.DeleteAsync($"/products/{product}")).ShouldBe(204);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var deal = await tenant.DealAsync();
        var stage = (await stranger.StagesAsync())["PROPOSAL"];
        foreach (var path in new[] { "", "/insight", "/stage-history", "/history" }) (await stranger.GetAsync($"/deals/{deal.Id}{path}")).ShouldFail(404, "NOT_FOUND");
        (await stranger.MoveAsync(deal.Id, stage)).ShouldFail(404, "NOT_FOUND");
        (await stranger.PatchAsync($"/deals/{deal.Id}", new { title = "mine" })).ShouldFail(404, "NOT_FOUND");
        (await stranger.GetAsync("/deals")).Items.ShouldBeEmpty();
        (await tenant.GetAsync($"/deals/{deal.Id}")).Header("ETag").ShouldBe("\"1\"");
    }

    private static decimal Amount(Reply reply) => (decimal)reply.ShouldBe(200).Data["value"]!["amount"]!;
}
