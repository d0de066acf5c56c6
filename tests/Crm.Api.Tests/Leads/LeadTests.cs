using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Leads;

public sealed class LeadTests(CrmApi api)
{
    [Fact]
    public async Task A_lead_is_answered_whole_with_location_and_etag()
    {
        var tenant = await api.TenantAsync();
        var reply = await tenant.PostAsync("/leads", new { name = "Ada Byron", email = "Ada.Byron@Example.com", source = "REFERRAL", value = new { amount = 12500.5m, currency = "EUR" }, tags = new[] { "vip" } });
        reply.ShouldBe(201);
        reply.Header("Location").ShouldBe($"/api/v1/leads/{reply.Id}");
        reply.Header("ETag").ShouldBe("\"1\"");
        ((string?)reply.Data["email"]).ShouldBe("ada.byron@example.com");
        ((string?)reply.Data["status"]).ShouldBe("NEW");
        ((Guid)reply.Data["ownerId"]!).ShouldBe(tenant.UserId);
        reply.Text.ShouldContain("""
            "value":{"amount":12500.50,"currency":"EUR"}
            """.Trim());
        (await tenant.GetAsync($"/leads/{reply.Id}")).Text.ShouldBe(reply.Text);
    }

    [Fact]
    public async Task Everything_wrong_with_a_body_is_told_at_once()
    {
        var tenant = await api.TenantAsync();
        var reply = await tenant.PostAsync("/leads", new { email = "no-address", value = new { amount = -5, currency = "EURO" }, colour = "red", score = 101, tags = 7, version = 3 });
        reply.ShouldFail(400, "VALIDATION_FAILED");
        reply.Errors.Select(e => e.Key).Order().ShouldBe(["colour", "email", "name", "score", "tags", "value.currency", "version"]);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await mine.LeadAsync();
        (await other.GetAsync($"/leads/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PatchAsync($"/leads/{id}", new { name = "Stolen" })).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/leads/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync("/leads")).Items.ShouldBeEmpty();
        ((string?)(await mine.GetAsync($"/leads/{id}")).Data["name"]).ShouldBe("Ada Byron");
    }

    [Fact]
    public async Task A_change_that_changes_nothing_makes_no_version()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync(value: 100);
        var same = await tenant.PatchAsync($"/leads/{id}", new { name = "Ada Byron", value = new { amount = 100.0m } });
        same.ShouldBe(200);
        same.Header("ETag").ShouldBe("\"1\"");
        (await tenant.GetAsync($"/leads/{id}/history")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_patch_merges_and_null_clears()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync(value: 100, more: new { company = "Analytical Ltd" });
        var patched = await tenant.PatchAsync($"/leads/{id}", new { company = (string?)null, value = new { amount = 7 }, status = "QUALIFIED" });
        patched.ShouldBe(200);
        patched.Data["company"].ShouldBeNull();
        ((decimal)patched.Data["value"]!["amount"]!).ShouldBe(7);
        ((string?)patched.Data["value"]!["currency"]).ShouldBe("EUR");
        var reset = await tenant.PatchAsync($"/leads/{id}", new { status = (string?)null });
        ((string?)reset.Data["status"]).ShouldBe("NEW");
    }

    [Fact]
    public async Task What_was_answered_may_be_sent_back_but_read_only_members_may_not_change()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync(value: 100);
        var whole = (await tenant.GetAsync($"/leads/{id}")).Data.DeepClone().AsObject();
        (await tenant.PutAsync($"/leads/{id}", whole)).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        whole["version"] = 9;
        (await tenant.PutAsync($"/leads/{id}", whole)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("version").ShouldBeTrue();
    }

    [Fact]
    public async Task Only_conversion_makes_a_lead_converted()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/leads", new { name = "x", status = "CONVERTED" })).ShouldFail(400, "VALIDATION_FAILED");
        var id = await tenant.LeadAsync();
        (await tenant.PatchAsync($"/leads/{id}", new { status = "CONVERTED" })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task Of_two_writers_with_one_etag_one_wins()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => tenant.PatchAsync($"/leads/{id}", new { company = $"Company {i}" }, ("If-Match", "\"1\""))));
        replies.Count(r => r.Status == 200).ShouldBe(1);
        replies.Where(r => r.Status != 200).ShouldAllBe(r => r.Status == 412 && r.Code == "PRECONDITION_FAILED");
    }

    [Fact]
    public async Task Deleting_hides_and_restoring_brings_back()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        (await tenant.DeleteAsync($"/leads/{id}")).ShouldBe(204).Body.ShouldBeEmpty();
        (await tenant.GetAsync($"/leads/{id}")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync("/leads")).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/leads?deleted=true")).Items.Count.ShouldBe(1);
        (await tenant.PostAsync($"/leads/{id}/restore")).ShouldBe(200).Header("ETag").ShouldBe("\"3\"");
        (await tenant.GetAsync($"/leads/{id}")).ShouldBe(200).Header("ETag").ShouldBe("\"3\"");
        (await tenant.PostAsync($"/leads/{id}/restore")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task History_tells_who_changed_what_from_what_to_what()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        await tenant.PatchAsync($"/leads/{id}", new { company = "Analytical Ltd" });
        var history = await tenant.GetAsync($"/leads/{id}/history");
        history.ShouldBe(200).Items.Count.ShouldBe(2);
        var change = history.Items[0]!["changes"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)change["field"]).ShouldBe("company");
        change["before"].ShouldBeNull();
        ((string?)change["after"]).ShouldBe("Analytical Ltd");
        ((Guid)history.Items[0]!["actor"]!["id"]!).ShouldBe(tenant.UserId);
    }
}
