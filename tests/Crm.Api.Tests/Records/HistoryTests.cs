using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Records;

public sealed class HistoryTests(CrmApi api)
{
    [Fact]
    public async Task History_says_who_changed_what_from_what_to_what()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        var id = await tenant.LeadAsync(value: 100);
        (await member.PatchAsync($"/leads/{id}", new { company = "Analytical Ltd", value = new { amount = 250 } }, ("X-Request-Id", "request-2"))).ShouldBe(200);
        var history = (await tenant.GetAsync($"/leads/{id}/history")).ShouldBe(200).Items;
        history.Select(v => (int)v!["version"]!).ShouldBe([2, 1]);
        ((Guid)history[0]!["actor"]!["id"]!, (string?)history[0]!["requestId"]).ShouldBe((memberId, "request-2"));
        history[0]!["events"]!.AsArray().Select(e => (string?)e).ShouldBe(["lead.updated"]);
        var changes = history[0]!["changes"]!.AsArray().ToDictionary(c => (string)c!["field"]!);
        changes.Keys.Order().ShouldBe(["company", "value"]);
        (changes["company"]!["before"], (string?)changes["company"]!["after"]).ShouldBe((null, "Analytical Ltd"));
        ((decimal)changes["value"]!["before"]!["amount"]!, (decimal)changes["value"]!["after"]!["amount"]!).ShouldBe((100, 250));
        ((Guid)history[1]!["actor"]!["id"]!).ShouldBe(tenant.UserId);
    }

    [Fact]
    public async Task What_follows_from_no_request_has_no_id_of_one()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "UPDATE_FIELD", field = "score", value = 90 }]);
        var id = await tenant.LeadAsync();
        await tenant.RunsAsync(rule);
        var history = (await tenant.GetAsync($"/leads/{id}/history")).ShouldBe(200).Items;
        ((int)history[0]!["version"]!, (string)history[0]!["actor"]!["type"]!).ShouldBe((2, "SYSTEM"));
        history[0]!.AsObject().ContainsKey("requestId").ShouldBeTrue();
        history[0]!["requestId"].ShouldBeNull();
        ((string?)history[1]!["requestId"]).ShouldNotBeNullOrEmpty();
        var audited = (await tenant.GetAsync($"/audit?resource=leads&id={id}")).ShouldBe(200).Items;
        audited.Select(a => (string?)a!["requestId"]).ShouldNotContain("");
        audited.ShouldContain(a => a!["requestId"] == null);
    }

    [Fact]
    public async Task History_speaks_of_members_that_the_record_has()
    {
        var tenant = await api.TenantAsync();
        var won = (await tenant.GetAsync("/pipelines")).Items[0]!["stages"]!.AsArray().Single(s => (string?)s!["kind"] == "WON")!;
        var deal = (await tenant.PostAsync("/deals", new { title = "Difference engine", stageId = (Guid)won["id"]! })).ShouldBe(201);
        var changes = (await tenant.GetAsync($"/deals/{deal.Id}/history")).Items.SelectMany(v => v!["changes"]!.AsArray()).Select(c => (string)c!["field"]!).ToList();
        changes.ShouldContain("actualCloseDate");
        changes.ShouldBeSubsetOf(deal.Data.AsObject().Select(m => m.Key));
    }

    [Fact]
    public async Task History_is_paged_by_cursor_and_each_page_compares_with_the_next()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        for (var i = 1; i <= 6; i++) (await tenant.PatchAsync($"/leads/{id}", new { score = i })).ShouldBe(200);
        var read = new List<(int, int?, int?)>();
        string? cursor = null;
        do
        {
            var page = (await tenant.GetAsync($"/leads/{id}/history?take=3{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(200);
            read.AddRange(page.Items.Where(v => (int)v!["version"]! > 1).Select(v => ((int)v!["version"]!, (int?)v["changes"]![0]!["before"], (int?)v["changes"]![0]!["after"])));
            cursor = (string?)page.Meta["nextCursor"];
        }
        while (cursor is not null);
        read.ShouldBe([(7, 5, 6), (6, 4, 5), (5, 3, 4), (4, 2, 3), (3, 1, 2), (2, null, 1)]);
        (await tenant.GetAsync($"/leads/{id}/history?skip=5")).Items.Select(v => (int)v!["version"]!).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task Deletion_ends_the_history_and_restoring_goes_on_with_it()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        (await tenant.DeleteAsync($"/leads/{id}")).ShouldBe(204);
        (await tenant.GetAsync($"/leads/{id}/history")).ShouldFail(404, "NOT_FOUND");
        (await tenant.PostAsync($"/leads/{id}/restore")).ShouldBe(200);
        (await tenant.GetAsync($"/leads/{id}/history")).Items.Select(v => (string?)v!["events"]![0]).ShouldBe(["lead.restored", "lead.deleted", "lead.created"]);
    }

    [Theory]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("cursor=v99999999999", "cursor")]
    [InlineData("cursor=v3&skip=1", "skip")]
    [InlineData("take=201", "take")]
    [InlineData("colour=red", "colour")]
    public async Task What_a_history_cannot_be_asked_is_named(string query, string parameter)
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync($"/leads/{await tenant.LeadAsync()}/history?{query}")).ShouldFail(400, "INVALID_QUERY").Errors.ShouldContainKey(parameter);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        (await other.GetAsync($"/leads/{await mine.LeadAsync()}/history")).ShouldFail(404, "NOT_FOUND");
        (await mine.GetAsync($"/leads/{Guid.NewGuid()}/history")).ShouldFail(404, "NOT_FOUND");
        (await mine.GetAsync("/leads/nonsense/history")).ShouldFail(404, "NOT_FOUND");
    }
}
