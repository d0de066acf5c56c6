using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Parties;

public sealed class ContactTests(CrmApi api)
{
    [Fact]
    public async Task A_contact_keeps_its_lists_and_links()
    {
        var tenant = await api.TenantAsync();
        var customer = await tenant.CustomerAsync();
        var reply = (await tenant.PostAsync("/contacts", new
        {
            firstName = "Ada", lastName = "Byron", emails = new[] { "Ada@Example.com", "byron@example.com" }, phones = new[] { "+44 20 7946 0958" }, customerId = customer,
            socialLinks = new { linkedin = "https://example.com/ada", x = "@ada" },
        })).ShouldBe(201);

        reply.Data["emails"]!.ToJsonString().ShouldBe("""["ada@example.com","byron@example.com"]""");
        reply.Data["phones"]!.AsArray().Select(p => (string?)p).ShouldBe(["+44 20 7946 0958"]);
        ((string?)reply.Data["socialLinks"]!["x"]).ShouldBe("@ada");
        (await tenant.GetAsync($"/contacts/{reply.Id}")).Text.ShouldBe(reply.Text);
    }

    [Fact]
    public async Task Nothing_stated_is_empty_not_null()
    {
        var tenant = await api.TenantAsync();
        var data = (await tenant.PostAsync("/contacts", new { lastName = "Byron" })).ShouldBe(201).Data;
        (data["emails"]!.ToJsonString(), data["phones"]!.ToJsonString(), data["socialLinks"]!.ToJsonString()).ShouldBe(("[]", "[]", "{}"));
        data["firstName"].ShouldBeNull();
    }

    [Theory]
    [InlineData("emails=BYRON@example.com")]
    [InlineData("phones=029543210")]
    [InlineData("phones=%2B359%20888%20123456")]
    [InlineData("search=byron@example.com")]
    [InlineData("search=0888%20123456")]
    [InlineData("emails[null]=false")]
    public async Task A_filter_matches_any_of_a_list(string query)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { country = "BG" })).ShouldBe(200);
        (await tenant.PostAsync("/contacts", new { lastName = "Other", phones = new[] { "02 111 11 11" } })).ShouldBe(201);
        (await tenant.PostAsync("/contacts", new { lastName = "Byron", emails = new[] { "ada@example.com", "byron@example.com" }, phones = new[] { "0888 123456", "+359 2 954 32 10" } })).ShouldBe(201);
        (await tenant.GetAsync($"/contacts?{query}")).ShouldBe(200).Names("lastName").ShouldBe(["Byron"]);
    }

    [Fact]
    public async Task A_patch_replaces_lists_whole_and_merges_links()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/contacts", new { lastName = "Byron", emails = new[] { "a@example.com" }, phones = new[] { "1" }, socialLinks = new { a = "1", b = "2" } })).ShouldBe(201).Id;
        var patched = (await tenant.PatchAsync($"/contacts/{id}", new { emails = new[] { "b@example.com" }, phones = (string[]?)null, socialLinks = new { a = (string?)null, c = "3" } })).ShouldBe(200);
        patched.Data["emails"]!.ToJsonString().ShouldBe("""["b@example.com"]""");
        patched.Data["phones"]!.ToJsonString().ShouldBe("[]");
        patched.Data["socialLinks"]!.ToJsonString().ShouldBe("""{"b":"2","c":"3"}""");
        (await tenant.PatchAsync($"/contacts/{id}", new { emails = new[] { "B@example.com" } })).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
    }

    [Fact]
    public async Task What_breaks_a_rule_is_told_by_path()
    {
        var tenant = await api.TenantAsync();
        var reply = await tenant.PostAsync("/contacts", new { emails = new object[] { "good@example.com", "bad", 7 }, phones = "1", socialLinks = new { a = 1 } });
        reply.ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["emails[1]", "emails[2]", "lastName", "phones", "socialLinks.a"]);
        (await tenant.PostAsync("/contacts", new { lastName = "B", customerId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("customerId").ShouldBeTrue();
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = (await mine.PostAsync("/contacts", new { lastName = "Byron" })).ShouldBe(201).Id;
        (await other.GetAsync($"/contacts/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/contacts/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync("/contacts")).Items.ShouldBeEmpty();
    }
}
