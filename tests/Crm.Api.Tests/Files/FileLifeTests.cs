using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Files;

/// <summary>A file lives as the record it is attached to does, and is seen as that is.</summary>
public sealed class FileLifeTests(CrmApi api)
{
    [Fact]
    public async Task Files_of_every_kind_of_record_fall_and_rise_with_it()
    {
        var tenant = await api.TenantAsync();
        var kinds = new (string Link, string Resource, Guid Id)[]
        {
            ("leadId", "leads", await tenant.LeadAsync()), ("dealId", "deals", (await tenant.DealAsync()).Id), ("customerId", "customers", await tenant.CustomerAsync()),
            ("contactId", "contacts", (await tenant.PostAsync("/contacts", new { lastName = "Byron" })).Id), ("companyId", "companies", (await tenant.PostAsync("/companies", new { name = "Ltd" })).Id),
            ("productId", "products", await tenant.ProductAsync()), ("taskId", "tasks", (await tenant.PostAsync("/tasks", new { title = "Call" })).Id),
            ("activityId", "activities", (await tenant.PostAsync("/activities", new { type = "CALL", subject = "Call" })).Id),
        };
        foreach (var (link, resource, record) in kinds)
        {
            var (falls, fell) = (await tenant.AttachAsync(link, record, "falls.txt"), await tenant.AttachAsync(link, record, "fell before.txt"));
            (await tenant.DeleteAsync($"/files/{fell}")).ShouldBe(204);
            (await tenant.DeleteAsync($"/{resource}/{record}")).ShouldBe(204);
            (await tenant.GetAsync($"/files/{falls}")).ShouldFail(404, "NOT_FOUND");
            (await tenant.GetAsync($"/files/{falls}/content")).ShouldFail(404, "NOT_FOUND");
            (await tenant.PostAsync($"/files/{falls}/restore")).ShouldFail(409, "INVALID_STATE");
            (await tenant.UploadAsync("x"u8.ToArray(), "x", [(link, record.ToString())])).ShouldFail(422, "UNPROCESSABLE");
            (await tenant.PostAsync($"/{resource}/{record}/restore")).ShouldBe(200);
            (await tenant.GetAsync($"/files/{falls}/content")).ShouldBe(200).Text.ShouldBe("Hello");
            (await tenant.GetAsync($"/files/{fell}")).ShouldFail(404, "NOT_FOUND");
            (await tenant.PostAsync($"/files/{fell}/restore")).ShouldBe(200).Of("name").ShouldBe("fell before.txt");
            (await tenant.PostAsync($"/files/{fell}/restore")).ShouldFail(409, "INVALID_STATE");
            (await tenant.GetAsync($"/files/{falls}/history")).Items.Select(h => (string?)h!["events"]![0]).ShouldBe(["file.restored", "file.deleted", "file.created"]);
        }
    }

    [Fact]
    public async Task Files_of_the_work_that_falls_with_a_record_fall_too()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        var (task, note) = ((await tenant.PostAsync("/tasks", new { title = "Call", leadId = lead })).Id, (await tenant.PostAsync("/activities", new { type = "NOTE", subject = "Note", leadId = lead })).Id);
        var files = new[] { await tenant.AttachAsync("leadId", lead), await tenant.AttachAsync("taskId", task), await tenant.AttachAsync("activityId", note) };
        (await tenant.DeleteAsync($"/leads/{lead}")).ShouldBe(204);
        (await tenant.GetAsync("/files")).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/files?deleted=true")).Items.Count.ShouldBe(3);
        (await tenant.PostAsync($"/tasks/{task}/restore")).ShouldBe(200);
        (await tenant.GetAsync("/files")).Items.Select(f => (Guid)f!["id"]!).ShouldBe([files[1]], "a part restored by itself brings back only what is its own");
        (await tenant.PostAsync($"/leads/{lead}/restore")).ShouldBe(200);
        (await tenant.GetAsync("/files")).Items.Select(f => (Guid)f!["id"]!).Order().ShouldBe(files.Order());
    }

    [Fact]
    public async Task What_one_does_not_see_has_no_files_for_one()
    {
        var owner = await api.TenantAsync();
        (await owner.PatchAsync("/tenant", new { recordVisibility = "OWN", welcomeEmail = false })).ShouldBe(200);
        var colleague = (await owner.MemberAsync()).Client;
        var (hidden, shared) = (await owner.LeadAsync("Hidden"), await owner.ProductAsync());
        var (file, open) = (await owner.AttachAsync("leadId", hidden, "secret.txt"), await owner.AttachAsync("productId", shared, "price list.txt"));
        foreach (var path in (string[])["", "/content", "/history"])
        {
            (await colleague.GetAsync($"/files/{file}{path}")).ShouldFail(404, "NOT_FOUND");
            (await colleague.GetAsync($"/files/{open}{path}")).ShouldBe(200);
        }
        (await colleague.PatchAsync($"/files/{file}", new { name = "x" })).ShouldFail(404, "NOT_FOUND");
        (await colleague.PutAsync($"/files/{file}", new { name = "x", leadId = hidden })).ShouldFail(404, "NOT_FOUND");
        (await colleague.DeleteAsync($"/files/{file}")).ShouldFail(404, "NOT_FOUND");
        (await colleague.PostAsync($"/files/{file}/restore")).ShouldFail(404, "NOT_FOUND");
        (await colleague.UploadAsync("x"u8.ToArray(), "x", [("leadId", hidden.ToString())])).ShouldFail(422, "UNPROCESSABLE");
        foreach (var query in (string[])["", "?search=secret", $"?leadId={hidden}", "?sort=size", "?expand=lead"])
            (await colleague.GetAsync($"/files{query}")).ShouldBe(200).Names().ShouldNotContain("secret.txt", query);
        (await colleague.GetAsync("/files?count=exact")).Names().ShouldBe(["price list.txt"]);
        (await colleague.PostAsync("/files/batch", new { operations = new object[] { new { op = "update", id = file, data = new { } }, new { op = "delete", id = file } } }))
            .ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([404, 404]);
        var events = (await colleague.EventsAsync("types=file.created", 1)).Items;
        events.Select(e => (Guid)e!["aggregateId"]!).ShouldBe([open]);
        // It follows the record: once the lead is the colleague's, so is its file.
        var mine = (await colleague.PostAsync("/leads", new { name = "Mine" })).Id;
        var own = await colleague.AttachAsync("leadId", mine, "own.txt");
        (await colleague.PatchAsync($"/leads/{mine}", new { ownerId = owner.UserId })).ShouldBe(200);
        (await colleague.GetAsync($"/files/{own}")).ShouldFail(404, "NOT_FOUND");
        (await colleague.GetAsync("/files?deleted=true")).Items.ShouldBeEmpty();
        (await owner.GetAsync($"/files/{file}/content")).ShouldBe(200);
    }

    [Fact]
    public async Task A_file_attached_while_its_record_is_deleted_is_with_it_or_refused()
    {
        var tenant = await api.TenantAsync();
        for (var round = 0; round < 5; round++)
        {
            var lead = await tenant.LeadAsync();
            var sending = Enumerable.Range(0, 6).Select(i => tenant.UploadAsync("x"u8.ToArray(), $"{i}", [("leadId", lead.ToString())])).ToList();
            var deleting = tenant.DeleteAsync($"/leads/{lead}");
            var replies = await Task.WhenAll(sending);
            (await deleting).ShouldBe(204);
            replies.ShouldAllBe(r => r.Status == 201 || r.Status == 422);
            (await tenant.GetAsync($"/files?leadId={lead}")).Items.ShouldBeEmpty("a file lives without its record");
            (await tenant.PostAsync($"/leads/{lead}/restore")).ShouldBe(200);
            (await tenant.GetAsync($"/files?leadId={lead}")).Items.Count.ShouldBe(replies.Count(r => r.Status == 201));
        }
    }
}
