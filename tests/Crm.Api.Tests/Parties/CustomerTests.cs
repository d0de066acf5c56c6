using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Parties;

public sealed class CustomerTests(CrmApi api)
{
    [Fact]
    public async Task A_customer_is_answered_whole_with_its_defaults()
    {
        var tenant = await api.TenantAsync();
        var reply = (await tenant.PostAsync("/customers", new
        {
            name = "Analytical Ltd", email = "Ada.Byron@Example.com", phone = "+44 20 7946 0958", city = "London", country = "GB",
            creditLimit = new { amount = 5000, currency = "EUR" }, tags = new[] { "vip" },
        })).ShouldBe(201);

        reply.Header("Location").ShouldBe($"/api/v1/customers/{reply.Id}");
        reply.Header("ETag").ShouldBe("\"1\"");
        var data = reply.Data;
        ((string?)data["number"]).ShouldBe("C-000001");
        ((string?)data["email"]).ShouldBe("ada.byron@example.com");
        ((string?)data["status"]).ShouldBe("ACTIVE");
        ((string?)data["paymentTerms"]).ShouldBe("Net 30");
        ((bool)data["isActive"]!).ShouldBeTrue();
        ((Guid)data["ownerId"]!).ShouldBe(tenant.UserId);
        data["wonValue"]!.ToJsonString().ShouldBe("""{"amount":0.00,"currency":"EUR"}""");
        foreach (var absent in (string[])["lastContactDate", "registryId", "mobile", "company", "companyId", "taxNumber", "address", "region", "postalCode", "notes", "externalId"])
            data.AsObject().ShouldContain(m => m.Key == absent && m.Value == null, absent);
        (await tenant.GetAsync($"/customers/{reply.Id}")).Text.ShouldBe(reply.Text);
    }

    [Fact]
    public async Task Numbers_run_on_per_tenant_and_a_refused_customer_takes_none()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        (await mine.PostAsync("/customers", new { name = "One", email = "one@example.com" })).ShouldBe(201);
        (await mine.PostAsync("/customers", new { name = "Twin", email = "one@example.com" })).ShouldFail(409, "DUPLICATE");
        (await Number(mine, "Two")).ShouldBe("C-000002");
        (await Number(other, "First")).ShouldBe("C-000001");
    }

    [Fact]
    public async Task An_email_belongs_to_one_customer_whatever_its_case()
    {
        var tenant = await api.TenantAsync();
        var first = await tenant.PostAsync("/customers", new { name = "Dup", email = "dup@example.com" });
        var second = (await tenant.PostAsync("/customers", new { name = "Dup 2", email = "DUP@example.com" })).ShouldFail(409, "DUPLICATE");
        ((Guid)second.Json["existingId"]!).ShouldBe(first.Id);
        second.Errors.ContainsKey("email").ShouldBeTrue();

        (await tenant.DeleteAsync($"/customers/{first.Id}")).ShouldBe(204);
        (await tenant.PostAsync("/customers", new { name = "Heir", email = "dup@example.com" })).ShouldBe(201);
        (await tenant.PostAsync($"/customers/{first.Id}/restore")).ShouldFail(409, "DUPLICATE");
    }

    [Fact]
    public async Task Of_sixteen_customers_with_one_email_at_once_one_is_made()
    {
        var tenant = await api.TenantAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => tenant.PostAsync("/customers", new { name = $"Racer {i}", email = "race@example.com" })));
        var made = replies.Where(r => r.Status == 201).ShouldHaveSingleItem();
        foreach (var late in replies.Where(r => r != made)) ((Guid)late.ShouldFail(409, "DUPLICATE").Json["existingId"]!).ShouldBe(made.Id);
        (await tenant.GetAsync("/customers?count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(1);
        (await tenant.GetAsync("/tasks?count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task What_breaks_a_rule_is_told_by_member()
    {
        var tenant = await api.TenantAsync();
        var reply = await tenant.PostAsync("/customers", new { email = "no", country = "UK", creditLimit = new { amount = -1, currency = "EUR" }, status = "GONE", paymentTerms = 7, number = "C-1" });
        reply.ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order()
            .ShouldBe(["country", "creditLimit.amount", "email", "name", "number", "paymentTerms", "status"]);
        (await tenant.PostAsync("/customers", new { name = "A", companyId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("companyId").ShouldBeTrue();
    }

    [Fact]
    public async Task Derived_members_may_be_sent_back_but_not_changed()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.CustomerAsync();
        var whole = (await tenant.GetAsync($"/customers/{id}")).Data.DeepClone().AsObject();
        (await tenant.PutAsync($"/customers/{id}", whole)).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        whole["wonValue"] = new JsonObject { ["amount"] = 1, ["currency"] = "EUR" };
        (await tenant.PutAsync($"/customers/{id}", whole)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("wonValue").ShouldBeTrue();
    }

    [Theory]
    [InlineData("02 954 32 10", "phone=%2B35929543210")]
    [InlineData("+359 2 954-32-10", "phone=029543210")]
    [InlineData("02 954 32 10", "search=%2B359%202%209543210")]
    [InlineData("00359 2 9543210", "search=02%20954%2032%2010")]
    public async Task A_phone_is_found_however_it_is_written(string kept, string query)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { country = "BG" })).ShouldBe(200);
        await tenant.CustomerAsync("Somebody else", new { phone = "+359 2 111 22 33" });
        await tenant.CustomerAsync("Sofia office", new { phone = kept });
        (await tenant.GetAsync($"/customers?{query}")).ShouldBe(200).Names().ShouldBe(["Sofia office"]);
    }

    [Fact]
    public async Task Customers_are_found_by_email_owner_words_and_status()
    {
        var tenant = await api.TenantAsync();
        var (_, seller) = await tenant.MemberAsync();
        await tenant.CustomerAsync("Müller GmbH", new { email = "office@mueller.example", company = "Müller Holding", ownerId = seller, status = "PROSPECT" });
        await tenant.CustomerAsync("Other", new { isActive = false });
        foreach (var query in (string[])["email=Office@Mueller.example", $"ownerId={seller}", "search=muller%20hol", "status=PROSPECT", "search=mueller.example", "isActive=true"])
            (await tenant.GetAsync($"/customers?{query}")).ShouldBe(200).Names().ShouldBe(["Müller GmbH"], query);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await mine.CustomerAsync("Mine", new { email = "same@example.com" });
        (await other.GetAsync($"/customers/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/customers/{id}/insight")).ShouldFail(404, "NOT_FOUND");
        (await other.PatchAsync($"/customers/{id}", new { name = "Stolen" })).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync("/customers", new { name = "Theirs", email = "same@example.com" })).ShouldBe(201);
        (await other.GetAsync("/customers")).Names().ShouldBe(["Theirs"]);
    }

    [Fact]
    public async Task The_history_tells_what_users_state_and_no_derived_figure()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.CustomerAsync();
        (await tenant.PatchAsync($"/customers/{id}", new { city = "Varna", mobile = "088 123" })).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        var history = (await tenant.GetAsync($"/customers/{id}/history")).ShouldBe(200);
        history.Items[0]!["changes"]!.AsArray().Select(c => (string?)c!["field"]).Order().ShouldBe(["city", "mobile"]);
        history.Items[1]!["changes"]!.AsArray().Select(c => (string?)c!["field"]).ShouldContain("number");
        history.Text.ShouldNotContain("wonValue");
    }

    private static async Task<string?> Number(TenantClient tenant, string name) => (string?)(await tenant.PostAsync("/customers", new { name })).ShouldBe(201).Data["number"];
}
