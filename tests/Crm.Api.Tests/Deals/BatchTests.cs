using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Deals;

public sealed class BatchTests(CrmApi api)
{
    private static object Upsert(int n, object data) => new { op = "upsert", externalId = $"deal-{n}", data };

    [Fact]
    public async Task The_same_batch_twice_makes_and_changes_nothing_twice()
    {
        var tenant = await api.TenantAsync();
        var (product, stages) = (await tenant.ProductAsync(), await tenant.StagesAsync());
        var batch = new { operations = Enumerable.Range(0, 250).Select(n => Upsert(n, new { title = $"Deal {n}", stageId = stages.Values.ElementAt(n % 6), lineItems = new[] { new { productId = product, quantity = n + 1 } } })).ToArray() };
        var first = (await tenant.PostAsync("/deals/batch", batch)).ShouldBe(200);
        first.Items.ShouldAllBe(i => (int)i!["status"]! == 201 && (int)i["data"]!["version"]! == 1);
        var second = (await tenant.PostAsync("/deals/batch", batch)).ShouldBe(200);
        second.Items.ShouldAllBe(i => (int)i!["status"]! == 200 && (int)i["data"]!["version"]! == 1);
        second.Items.Select(i => (string?)i!["id"]).ShouldBe(first.Items.Select(i => (string?)i!["id"]));
        ((int)(await tenant.GetAsync("/deals?count=exact&take=1")).Meta["total"]!).ShouldBe(250);
        ((int)(await tenant.GetAsync("/events?types=deal.created,deal.won,deal.lost,deal.updated,deal.stage_changed&take=200")).Items.Count).ShouldBe(200);
    }

    [Fact]
    public async Task One_refused_operation_leaves_the_others_done()
    {
        var tenant = await api.TenantAsync();
        var reply = (await tenant.PostAsync("/deals/batch", new { operations = Enumerable.Range(0, 120).Select(n => Upsert(n, n is 7 or 119 ? new { title = "" } : new { title = $"Deal {n}" })).ToArray() })).ShouldBe(200);
        reply.Items.Select(i => (int)i!["status"]!).Where((_, n) => n is 7 or 119).ShouldAllBe(s => s == 400);
        reply.Items.Count(i => (int)i!["status"]! == 201).ShouldBe(118);
        ((int)(await tenant.GetAsync("/deals?count=exact&take=1")).Meta["total"]!).ShouldBe(118);
        var one = (Guid)reply.Items[100]!["id"]!;
        (await tenant.GetAsync($"/deals/{one}/history")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task All_or_nothing_names_the_operation_that_failed()
    {
        var tenant = await api.TenantAsync();
        var operations = Enumerable.Range(0, 30).Select(n => Upsert(n, n == 21 ? new { title = "x", customerId = (Guid?)Guid.NewGuid() } : new { title = "x", customerId = (Guid?)null })).ToArray();
        (await tenant.PostAsync("/deals/batch", new { atomic = true, operations })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("operations[21].customerId");
        (await tenant.GetAsync("/deals")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_named_twice_is_changed_in_turn()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.DealAsync()).Id;
        var reply = (await tenant.PostAsync("/deals/batch", new
        {
            operations = new object[]
            {
                new { op = "update", id, ifMatch = 1, data = new { title = "Two" } },
                new { op = "update", id, ifMatch = 1, data = new { title = "Stale" } },
                new { op = "upsert", externalId = "a", data = new { title = "New" } },
                new { op = "upsert", externalId = "a", data = new { title = "Newer" } },
                new { op = "delete", id },
                new { op = "update", id, data = new { title = "Gone" } },
            },
        })).ShouldBe(200);
        reply.Items.Select(i => (int)i!["status"]!).ShouldBe([200, 412, 201, 200, 204, 404]);
        (await tenant.GetAsync("/deals")).Names("title").ShouldBe(["Newer"]);
    }

    [Fact]
    public async Task Batches_over_the_same_deals_in_opposite_order_both_end()
    {
        var tenant = await api.TenantAsync();
        var operations = Enumerable.Range(0, 60).Select(n => Upsert(n, new { title = $"Deal {n}" })).ToArray();
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => tenant.PostAsync("/deals/batch", new { operations = i % 2 == 0 ? operations : [.. operations.Reverse()] })));
        replies.ShouldAllBe(r => r.Status == 200 && r.Items.All(i => (int)i!["status"]! < 300));
        replies.Sum(r => r.Items.Count(i => (int)i!["status"]! == 201)).ShouldBe(60);
    }
}
