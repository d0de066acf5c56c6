using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Contract;

/// <summary>Safe retries, races and batches.</summary>
public sealed class RetryTests(CrmApi api)
{
    [Fact]
    public async Task A_replay_repeats_the_answer_byte_for_byte()
    {
        var tenant = await api.TenantAsync();
        var first = await tenant.PostAsync("/leads", new { name = "Once" }, ("Idempotency-Key", "k"));
        var second = await tenant.PostAsync("/leads", new { name = "Once" }, ("Idempotency-Key", "k"));
        second.ShouldBe(201).Body.ShouldBe(first.Body);
        second.Header("Idempotent-Replayed").ShouldBe("true");
        second.Header("ETag").ShouldBe(first.Header("ETag"));
        second.Header("Location").ShouldBe(first.Header("Location"));
        (await tenant.PostAsync("/leads", new { name = "Other" }, ("Idempotency-Key", "k"))).ShouldFail(422, "IDEMPOTENCY_KEY_REUSED");
        (await tenant.GetAsync("/leads")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_request_frees_the_key()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/leads", new { name = "x", ownerId = Guid.NewGuid() }, ("Idempotency-Key", "k"))).ShouldFail(422, "UNPROCESSABLE");
        (await tenant.PostAsync("/leads", new { name = "y" }, ("Idempotency-Key", "k"))).ShouldBe(201);
    }

    [Fact]
    public async Task Sixteen_twins_with_one_key_make_one_record()
    {
        var tenant = await api.TenantAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync("/leads", new { name = "Twin" }, ("Idempotency-Key", "twin"))));
        replies.ShouldAllBe(r => r.Status == 201 || r.Status == 409);
        replies.Where(r => r.Status == 201).Select(r => r.Id).Distinct().Count().ShouldBe(1);
        (await tenant.GetAsync("/leads")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_belong_to_their_tenant()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var first = await mine.PostAsync("/leads", new { name = "Once" }, ("Idempotency-Key", "shared"));
        var second = await other.PostAsync("/leads", new { name = "Once" }, ("Idempotency-Key", "shared"));
        second.ShouldBe(201).Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task A_batch_answers_each_operation_in_order()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        var reply = await tenant.PostAsync("/leads/batch", new
        {
            operations = new object[]
            {
                new { op = "create", data = new { name = "B1" } }, new { op = "create", data = new { name = "" } },
                new { op = "update", id, data = new { company = "C" }, ifMatch = 1 }, new { op = "update", id, data = new { company = "D" }, ifMatch = 7 },
                new { op = "delete", id }, new { op = "update", id, data = new { } }, new { op = "upsert", data = new { externalId = "e", name = "E" } },
                new { op = "upsert", data = new { externalId = "e", name = "E2" } }, new { op = "bogus" }, new { op = "update", id = "no-uuid", data = new { } },
            },
        });
        reply.ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([201, 400, 200, 412, 204, 404, 201, 200, 400, 404]);
        ((string?)reply.Items[1]!["error"]!["code"]).ShouldBe("VALIDATION_FAILED");
    }

    [Fact]
    public async Task An_atomic_batch_is_all_or_nothing()
    {
        var tenant = await api.TenantAsync();
        var reply = await tenant.PostAsync("/leads/batch", new { atomic = true, operations = new object[] { new { op = "create", data = new { name = "A" } }, new { op = "create", data = new { name = "" } } } });
        reply.ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("operations[1].name").ShouldBeTrue(reply.ToString());
        (await tenant.GetAsync("/leads")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Batches_over_the_same_records_in_opposite_order_both_end()
    {
        var tenant = await api.TenantAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 20; i++) ids.Add(await tenant.LeadAsync($"L{i}"));
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => tenant.PostAsync("/leads/batch", new
        {
            operations = (n % 2 == 0 ? ids : ids.AsEnumerable().Reverse()).Select(id => new { op = "update", id, data = new { company = $"by {n}" } }),
        })));
        replies.ShouldAllBe(r => r.Status == 200);
        replies.SelectMany(r => r.Items).ShouldAllBe(i => (int)i!["status"]! == 200);
    }

    [Fact]
    public async Task Sixteen_concurrent_upserts_of_one_external_id_make_one_record()
    {
        var tenant = await api.TenantAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => tenant.PutAsync("/leads/by-external-id/X-1", new { name = $"U{i}" })));
        replies.Count(r => r.Status == 201).ShouldBe(1);
        replies.Count(r => r.Status == 200).ShouldBe(15);
        (await tenant.GetAsync("/leads?externalId=X-1")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stale_etag_changes_nothing_and_a_fresh_one_is_not_sent_again()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        (await tenant.PatchAsync($"/leads/{id}", new { company = "A" }, ("If-Match", "\"1\""))).ShouldBe(200);
        foreach (var stale in (string[])["\"1\"", "W/\"2\"", "nonsense"])
            (await tenant.PatchAsync($"/leads/{id}", new { company = "B" }, ("If-Match", stale))).ShouldFail(412, "PRECONDITION_FAILED");
        (await tenant.DeleteAsync($"/leads/{id}", ("If-Match", "\"1\""))).ShouldFail(412, "PRECONDITION_FAILED");
        (await tenant.PatchAsync($"/leads/{id}", new { company = "A" }, ("If-Match", "*"))).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        (await tenant.GetAsync($"/leads/{id}", ("If-None-Match", "\"2\""))).ShouldBe(304).Body.ShouldBeEmpty();
        (await tenant.GetAsync($"/leads/{id}", ("If-None-Match", "\"1\""))).ShouldBe(200);
    }
}
