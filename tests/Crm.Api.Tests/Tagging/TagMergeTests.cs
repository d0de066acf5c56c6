using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Tagging;

/// <summary>Tags renamed and merged on every record that carries them.</summary>
public sealed class TagMergeTests(CrmApi api)
{
    [Fact]
    public async Task Renaming_changes_every_record_each_with_a_version_an_event_and_a_history()
    {
        var tenant = await api.TenantAsync();
        var (lead, customer, other) = (await tenant.LeadAsync(more: new { tags = new[] { "first", "VIP", "last" } }), await tenant.CustomerAsync(more: new { tags = new[] { "VIP" } }), await tenant.LeadAsync("Other", more: new { tags = new[] { "vip" } }));
        var file = (await tenant.UploadAsync("x"u8.ToArray(), "x", [("leadId", lead.ToString()), ("tags", "VIP")])).ShouldBe(201).Id;
        var renamed = (await tenant.PostAsync("/tags/rename", new { from = "VIP", to = "vip" })).ShouldBe(200);
        renamed.Data.ToJsonString().ShouldBe("""{"changed":3,"remaining":0}""");
        var now = (await tenant.GetAsync($"/leads/{lead}")).ShouldBe(200);
        (now.Data["tags"]!.ToJsonString(), now.Header("ETag")).ShouldBe(("""["first","vip","last"]""", "\"2\""));
        var history = (await tenant.GetAsync($"/leads/{lead}/history")).Items[0]!;
        ((Guid?)history["actor"]!["id"], history["events"]!.ToJsonString(), (string?)history["changes"]![0]!["field"]).ShouldBe((tenant.UserId, """["lead.updated"]""", "tags"));
        history["changes"]!.AsArray().Count.ShouldBe(1);
        (await tenant.GetAsync($"/customers/{customer}")).Data["tags"]!.ToJsonString().ShouldBe("""["vip"]""");
        (await tenant.GetAsync($"/files/{file}")).Data["tags"]!.ToJsonString().ShouldBe("""["vip"]""");
        (await tenant.GetAsync($"/leads/{other}")).Header("ETag").ShouldBe("\"1\"");
        (await tenant.GetAsync("/tags?prefix=vip")).Items.Select(t => $"{t!["name"]} {t["total"]}").ShouldBe(["vip 4"]);
        (await tenant.GetAsync("/leads?tags=vip")).Items.Count.ShouldBe(2);
        var events = (await tenant.EventsAsync("types=lead.updated,customer.updated,file.updated,tenant.tags_merged", 4)).Items;
        events.Select(e => (string?)e!["type"]).Order().ShouldBe(["customer.updated", "file.updated", "lead.updated", "tenant.tags_merged"]);
        // Once more finds nothing and changes nothing.
        (await tenant.PostAsync("/tags/rename", new { from = "VIP", to = "vip" })).ShouldBe(200).Data.ToJsonString().ShouldBe("""{"changed":0,"remaining":0}""");
        (await tenant.PostAsync("/tags/rename", new { from = "vip", to = "vip" })).ShouldBe(200).Data.ToJsonString().ShouldBe("""{"changed":0,"remaining":0}""");
        (await tenant.GetAsync($"/leads/{lead}")).Header("ETag").ShouldBe("\"2\"");
    }

    [Fact]
    public async Task Merging_leaves_each_tag_once_where_its_first_stood()
    {
        var tenant = await api.TenantAsync();
        var ids = new List<Guid>();
        foreach (var tags in (string[][])[["a", "x", "b"], ["x", "b", "to"], ["to", "a"], ["x"], ["b", "a"]]) ids.Add(await tenant.LeadAsync(more: new { tags }));
        (await tenant.PostAsync("/tags/merge", new { from = new[] { "a", "b", "to" }, to = "to" }, ("Idempotency-Key", "m"))).ShouldBe(200).Data.ToJsonString().ShouldBe("""{"changed":4,"remaining":0}""");
        var replay = await tenant.PostAsync("/tags/merge", new { from = new[] { "a", "b", "to" }, to = "to" }, ("Idempotency-Key", "m"));
        (replay.Header("Idempotent-Replayed"), replay.Data.ToJsonString()).ShouldBe(("true", """{"changed":4,"remaining":0}"""));
        var now = new List<string>();
        foreach (var id in ids) now.Add((await tenant.GetAsync($"/leads/{id}")).Data["tags"]!.ToJsonString());
        now.ShouldBe(["""["to","x"]""", """["x","to"]""", """["to"]""", """["x"]""", """["to"]"""]);
        (await tenant.GetAsync("/tags")).Items.Select(t => $"{t!["name"]} {t["total"]}").ShouldBe(["to 4", "x 3"]);
    }

    [Fact]
    public async Task Deleted_records_and_other_tenants_stay_as_they_are()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var theirs = await stranger.LeadAsync(more: new { tags = new[] { "a" } });
        var deleted = await tenant.LeadAsync(more: new { tags = new[] { "a" } });
        (await tenant.DeleteAsync($"/leads/{deleted}")).ShouldBe(204);
        (await tenant.PostAsync("/tags/rename", new { from = "a", to = "b" })).ShouldBe(200).Data.ToJsonString().ShouldBe("""{"changed":0,"remaining":0}""");
        (await tenant.PostAsync($"/leads/{deleted}/restore")).ShouldBe(200).Data["tags"]!.ToJsonString().ShouldBe("""["a"]""");
        (await stranger.GetAsync($"/leads/{theirs}")).Header("ETag").ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Only_administrators_change_what_belongs_to_everybody_and_nonsense_is_refused()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync(more: new { tags = new[] { "a" } });
        foreach (var role in (string[])["USER", "MANAGER"])
        {
            var member = (await tenant.MemberAsync(role)).Client;
            (await member.PostAsync("/tags/rename", new { from = "a", to = "b" })).ShouldFail(403, "FORBIDDEN");
            (await member.PostAsync("/tags/merge", new { from = new[] { "a" }, to = "b" })).ShouldFail(403, "FORBIDDEN");
            (await member.GetAsync("/tags")).ShouldBe(200);
        }
        (await tenant.PostAsync("/tags/rename", new { from = "a", to = "" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("to").ShouldBeTrue();
        (await tenant.PostAsync("/tags/rename", new { from = "a", to = new string('x', 51) })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("to").ShouldBeTrue();
        (await tenant.PostAsync("/tags/merge", new { from = Array.Empty<string>(), to = "b" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("from").ShouldBeTrue();
        (await tenant.PostAsync("/tags/merge", new { from = new[] { "a\0" }, to = "b" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/tags/merge", new { from = "a", to = "b" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.GetAsync("/tags")).Names().ShouldBe(["a"]);
    }

    [Fact]
    public async Task More_than_one_piece_is_finished_after_the_answer()
    {
        var tenant = await api.TenantAsync();
        for (var batch = 0; batch < 3; batch++)
            (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 900).Select(i => new { op = "create", data = new { name = $"L{batch}-{i}", tags = new[] { "old", "kept" } } }) })).ShouldBe(200);
        var answer = (await tenant.PostAsync("/tags/rename", new { from = "old", to = "new" })).ShouldBe(200);
        answer.Data.ToJsonString().ShouldBe("""{"changed":1000,"remaining":1700}""");
        await Eventually.Async(async () => (await tenant.GetAsync("/tags")).Items.Select(t => $"{t!["name"]} {t["total"]}").SequenceEqual(["kept 2700", "new 2700"]), "the rest was not renamed");
        await Eventually.Async(async () => await api.OutboxAsync(tenant) == 0, "the work is still ordered");
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        (await connection.QuerySingleAsync<(int, int, int)>("""
            select count(*)::int, count(distinct e.aggregate_id)::int, count(*) filter (where e.actor_id = @UserId and e.version = 2 and e.state -> 'tags' = '["new", "kept"]')::int
            from crm_read.events e where e.type = 'lead.updated'
            """, new { tenant.UserId })).ShouldBe((2700, 2700, 2700));
        (await tenant.EventsAsync("types=tenant.tags_merged", 1)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_one_change_is_at_work_another_one_waits()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync(more: new { tags = new[] { "a" } });
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        await connection.ExecuteAsync("insert into crm.outbox (id, tenant_id, event_id, sink, next_try_at) values (gen_random_uuid(), @Id, gen_random_uuid(), 'tags.merge', now() + interval '1 hour')", new { tenant.Id });
        (await tenant.PostAsync("/tags/rename", new { from = "a", to = "b" })).ShouldFail(409, "INVALID_STATE").Header("Retry-After").ShouldNotBeEmpty();
        await connection.ExecuteAsync("delete from crm.outbox where tenant_id = @Id", new { tenant.Id });
        (await tenant.PostAsync("/tags/rename", new { from = "a", to = "b" })).ShouldBe(200);
    }
}
