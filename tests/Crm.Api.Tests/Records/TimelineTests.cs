using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Records;

public sealed class TimelineTests(CrmApi api)
{
    [Fact]
    public async Task A_customers_timeline_tells_of_its_deals_contacts_and_lead()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync(value: 100, more: new { company = "Analytical Ltd" });
        await LogAsync(tenant, "With the lead", "2026-01-01T12:00:00Z", new { leadId = lead });
        var made = (await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = true })).ShouldBe(200);
        await LogAsync(tenant, "About the deal", "2026-01-02T12:00:00Z", new { dealId = made.IdOf("dealId") });
        await LogAsync(tenant, "With the contact", "2026-01-03T12:00:00Z", new { contactId = made.IdOf("contactId") });
        await LogAsync(tenant, "With all of them", "2026-01-04T12:00:00Z", new { customerId = made.IdOf("customerId"), dealId = made.IdOf("dealId"), leadId = lead });
        var stages = (await tenant.GetAsync("/pipelines")).Items[0]!["stages"]!.AsArray();
        (await tenant.PutAsync($"/deals/{made.IdOf("dealId")}/stage", new { stageId = (Guid)stages.Single(s => (string?)s!["name"] == "CLOSED_WON")!["id"]! })).ShouldBe(200);

        var entries = (await tenant.GetAsync($"/customers/{made.IdOf("customerId")}/timeline?take=200")).ShouldBe(200).Items;
        entries[0]!.AsObject().Select(m => m.Key).ShouldBe(["id", "kind", "type", "occurredAt", "actor", "aggregateType", "aggregateId", "title", "data"]);
        entries.Where(e => (string?)e!["kind"] == "ACTIVITY").Select(e => (string?)e!["title"]).ShouldBe(["With all of them", "With the contact", "About the deal", "With the lead"]);
        entries.Where(e => (string?)e!["kind"] == "TASK").Select(e => ((string?)e!["type"], (string?)e["title"])).ShouldBe([("task.created", "Initial customer contact")]);
        entries.Where(e => (string?)e!["kind"] == "STAGE").Select(e => (string?)e!["type"]).ShouldBe(["deal.won", "deal.stage_changed"]);
        entries.Where(e => (string?)e!["kind"] == "CHANGE").Select(e => (string?)e!["type"]).Order()
            .ShouldBe(["contact.created", "customer.created", "deal.created", "lead.converted", "lead.created"]);
        entries.Select(e => (DateTimeOffset)e!["occurredAt"]!).ShouldBe(entries.Select(e => (DateTimeOffset)e!["occurredAt"]!).OrderDescending());
        entries.Single(e => (string?)e!["type"] == "contact.created")!["title"]!.GetValue<string>().ShouldBe("Ada Byron");
    }

    [Fact]
    public async Task A_timeline_is_paged_by_cursor_without_gap_or_repetition()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        for (var i = 0; i < 6; i++) await LogAsync(tenant, $"Call {i}", "2026-01-01T12:00:00Z", new { leadId = lead });
        for (var i = 0; i < 3; i++) (await tenant.PatchAsync($"/leads/{lead}", new { score = i })).ShouldBe(200);
        var task = (await tenant.PostAsync("/tasks", new { title = "Call", leadId = lead })).Id;
        (await tenant.PutAsync($"/tasks/{task}/complete")).ShouldBe(200);
        var all = (await tenant.GetAsync($"/leads/{lead}/timeline")).Items.Select(e => (string?)e!["id"]).ToList();
        all.Count.ShouldBe(12);
        (await tenant.GetAsync($"/leads/{lead}/timeline?skip=4&take=3")).Items.Select(e => (string?)e!["id"]).ShouldBe(all[4..7]);

        var read = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await tenant.GetAsync($"/leads/{lead}/timeline?take=5{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(200);
            read.AddRange(page.Items.Select(e => (string?)e!["id"]));
            cursor = (string?)page.Meta["nextCursor"];
            await tenant.PatchAsync($"/leads/{lead}", new { score = 50 + read.Count });
        }
        while (cursor is not null);
        read.ShouldBe(all);
    }

    [Fact]
    public async Task What_was_deleted_is_told_no_more()
    {
        var tenant = await api.TenantAsync();
        var company = (await tenant.PostAsync("/companies", new { name = "Analytical Ltd" })).Id;
        var activity = await LogAsync(tenant, "Call", "2026-01-01T12:00:00Z", new { companyId = company });
        var task = (await tenant.PostAsync("/tasks", new { title = "Call", companyId = company })).Id;
        (await tenant.GetAsync($"/companies/{company}/timeline")).Items.Count.ShouldBe(3);
        (await tenant.DeleteAsync($"/activities/{activity}")).ShouldBe(204);
        (await tenant.DeleteAsync($"/tasks/{task}")).ShouldBe(204);
        (await tenant.GetAsync($"/companies/{company}/timeline")).Items.Count.ShouldBe(1);
        (await tenant.DeleteAsync($"/companies/{company}")).ShouldBe(204);
        (await tenant.GetAsync($"/companies/{company}/timeline")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Own_visibility_holds_for_every_entry()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN", welcomeEmail = false })).ShouldBe(200);
        var ((mine, myId), (other, otherId)) = (await tenant.MemberAsync(), await tenant.MemberAsync());
        var customer = (await tenant.PostAsync("/customers", new { name = "Shared", ownerId = myId })).ShouldBe(201).Id;
        var theirs = (await tenant.PostAsync("/deals", new { title = "Theirs", customerId = customer, ownerId = otherId })).ShouldBe(201).Id;
        await LogAsync(other, "Their call", "2026-01-01T12:00:00Z", new { dealId = theirs });
        await LogAsync(mine, "My call", "2026-01-02T12:00:00Z", new { customerId = customer });
        (await tenant.PostAsync("/tasks", new { title = "Their task", customerId = customer, assigneeId = otherId })).ShouldBe(201);
        (await mine.GetAsync($"/customers/{customer}/timeline")).Items.Select(e => (string?)e!["title"]).Order().ShouldBe(["Initial customer contact", "My call", "Shared"]);
        (await tenant.GetAsync($"/customers/{customer}/timeline")).Items.Count.ShouldBe(6);
        (await other.GetAsync($"/customers/{customer}/timeline")).ShouldFail(404, "NOT_FOUND");
    }

    [Theory]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("cursor=v3", "cursor")]
    [InlineData("take=0", "take")]
    [InlineData("skip=-1", "skip")]
    [InlineData("sort=name", "sort")]
    public async Task What_a_timeline_cannot_be_asked_is_named(string query, string parameter)
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync($"/leads/{await tenant.LeadAsync()}/timeline?{query}")).ShouldFail(400, "INVALID_QUERY").Errors.ShouldContainKey(parameter);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await mine.LeadAsync();
        (await other.GetAsync($"/leads/{id}/timeline")).ShouldFail(404, "NOT_FOUND");
        (await mine.GetAsync($"/leads/{Guid.NewGuid()}/timeline")).ShouldFail(404, "NOT_FOUND");
        (await mine.GetAsync("/leads/nonsense/timeline")).ShouldFail(404, "NOT_FOUND");
    }

    private static async Task<Guid> LogAsync(ApiClient client, string subject, string at, object links)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(links)!.AsObject();
        (body["type"], body["subject"], body["occurredAt"]) = ("CALL", subject, at);
        return (await client.PostAsync("/activities", body)).ShouldBe(201).Id;
    }
}
