using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.CustomFields;

public sealed class UniqueTests(CrmApi api)
{
    [Theory]
    [InlineData("TEXT", "a", "A")]
    [InlineData("NUMBER", 1.5, 1.25)]
    [InlineData("DATE", "2026-03-01", "2026-03-02")]
    public async Task A_unique_value_is_taken_once(string type, object value, object another)
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("code", type, new { unique = true });
        await tenant.FieldAsync("note");
        var first = await tenant.LeadWithAsync(new { code = value });
        var refused = (await tenant.PostAsync("/leads", new { name = "x", customFields = new { code = value } })).ShouldFail(409, "DUPLICATE");
        refused.Errors.Select(e => e.Key).ShouldBe(["customFields.code"]);
        ((Guid)refused.Json["existingId"]!).ShouldBe(first);
        var second = await tenant.LeadWithAsync(new { code = another });
        (await tenant.PatchAsync($"/leads/{second}", new { customFields = new { code = value } })).ShouldFail(409, "DUPLICATE");
        (await tenant.PatchAsync($"/leads/{second}", new { customFields = new { code = another, note = "same again" } })).ShouldBe(200);
        await tenant.LeadAsync("none");
        await tenant.LeadAsync("none either");
        (await tenant.PatchAsync($"/leads/{first}", new { customFields = new { code = (object?)null } })).ShouldBe(200);
        (await tenant.PatchAsync($"/leads/{second}", new { customFields = new { code = value } })).ShouldBe(200);
    }

    [Fact]
    public async Task Of_sixteen_at_once_one_gets_it()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("code", "TEXT", new { unique = true });
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => tenant.PostAsync("/leads", new { name = $"{i}", customFields = new { code = "same" } })));
        replies.Count(r => r.Status == 201).ShouldBe(1);
        foreach (var reply in replies.Where(r => r.Status != 201)) reply.ShouldFail(409, "DUPLICATE").Errors.ShouldContainKey("customFields.code");
        (await tenant.GetAsync("/leads?customFields.code=same")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_record_gives_it_back_and_a_restored_one_wants_it_again()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("code", "TEXT", new { unique = true });
        var first = await tenant.LeadWithAsync(new { code = "a" });
        (await tenant.DeleteAsync($"/leads/{first}")).ShouldBe(204);
        var second = await tenant.LeadWithAsync(new { code = "a" });
        (await tenant.PostAsync($"/leads/{first}/restore")).ShouldFail(409, "DUPLICATE").Errors.ShouldContainKey("customFields.code");
        (await tenant.DeleteAsync($"/leads/{second}")).ShouldBe(204);
        (await tenant.PostAsync($"/leads/{first}/restore")).ShouldBe(200);
        (await tenant.GetAsync("/leads?customFields.code=a")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task In_a_batch_the_second_is_refused_and_the_rest_is_done()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("code", "TEXT", new { unique = true });
        object Create(string code) => new { op = "create", data = new { name = code, customFields = new { code } } };
        var batch = (await tenant.PostAsync("/leads/batch", new { operations = new[] { Create("a"), Create("b"), Create("a"), Create("c") } })).ShouldBe(200).Items;
        batch.Select(i => (int)i!["status"]!).ShouldBe([201, 201, 409, 201]);
        ((Guid)batch[2]!["error"]!["existingId"]!).ShouldBe((Guid)batch[0]!["id"]!);
        (await tenant.PostAsync("/leads/batch", new { atomic = true, operations = new[] { Create("d"), Create("d") } })).ShouldFail(409, "DUPLICATE").Errors.ShouldContainKey("operations[1].customFields.code");
        (await tenant.GetAsync("/leads?sort=customFields.code")).Names().ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task Who_may_not_see_the_other_record_is_not_told_which_it_is()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        await tenant.FieldAsync("code", "TEXT", new { unique = true });
        await tenant.LeadWithAsync(new { code = "a" });
        var (colleague, _) = await tenant.MemberAsync();
        (await colleague.PostAsync("/leads", new { name = "x", customFields = new { code = "a" } })).ShouldFail(409, "DUPLICATE").Json["existingId"].ShouldBeNull();
    }

    [Fact]
    public async Task Tenants_and_entities_do_not_stand_in_each_others_way()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        foreach (var tenant in new[] { mine, other })
        {
            await tenant.FieldAsync("code", "TEXT", new { unique = true });
            await tenant.FieldAsync("code", "TEXT", new { unique = true }, "products");
            await tenant.LeadWithAsync(new { code = "a" });
            (await tenant.PostAsync("/products", new { name = "x", sku = "x", customFields = new { code = "a" } })).ShouldBe(201);
        }
    }

    [Fact]
    public async Task A_field_becomes_unique_when_its_values_are()
    {
        var tenant = await api.TenantAsync();
        var field = await tenant.FieldAsync("code");
        await tenant.LeadWithAsync(new { code = "a" });
        var second = await tenant.LeadWithAsync(new { code = "a" });
        (await tenant.PatchAsync($"/custom-fields/{field}", new { unique = true })).ShouldFail(409, "DUPLICATE").Errors.ShouldContainKey("unique");
        (await tenant.PatchAsync($"/leads/{second}", new { customFields = new { code = new string('b', 501) } })).ShouldBe(200);
        (await tenant.PatchAsync($"/custom-fields/{field}", new { unique = true })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/leads/{second}", new { customFields = new { code = "b" } })).ShouldBe(200);
        (await tenant.PatchAsync($"/custom-fields/{field}", new { unique = true })).ShouldBe(200).Of("indexState").ShouldBe("READY");
        (await tenant.PostAsync("/leads", new { name = "x", customFields = new { code = "b" } })).ShouldFail(409, "DUPLICATE");
        (await tenant.PatchAsync($"/custom-fields/{field}", new { unique = false })).ShouldBe(200).Of("indexState").ShouldBe("NONE");
        await tenant.LeadWithAsync(new { code = "b" });
    }
}
