using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.CustomFields;

public sealed class DefinitionTests(CrmApi api)
{
    [Fact]
    public async Task A_field_is_defined_listed_and_described()
    {
        var tenant = await api.TenantAsync();
        var made = await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "tier", label = "Service tier", type = "CHOICE", options = new[] { "gold", "silver" }, @default = "silver", searchable = true, indexed = true, position = 1 });
        made.ShouldBe(201).Header("Location").ShouldBe($"/api/v1/custom-fields/{made.Id}");
        (made.Of("indexState"), made.Of("default"), (bool)made.Data["required"]!, made.Data["retiredAt"]).ShouldBe(("READY", "silver", false, null));
        await tenant.FieldAsync("budget", "MONEY", entity: "deals");
        (await tenant.GetAsync("/custom-fields?entity=leads")).ShouldBe(200).Names().ShouldBe(["tier"]);
        var members = (await tenant.GetAsync("/meta/leads")).Data["members"]!.AsArray().ToDictionary(m => (string)m!["name"]!);
        var tier = members["customFields.tier"]!;
        ((string?)tier["label"], (string?)tier["type"], (bool)tier["sorts"]!, (bool)tier["searched"]!).ShouldBe(("Service tier", "CHOICE", true, true));
        tier["values"]!.AsArray().Select(v => (string?)v).ShouldBe(["gold", "silver"]);
        tier["operators"]!.AsArray().Select(v => (string?)v).ShouldBe(["eq", "ne", "in", "nin", "null"]);
        members.Keys.ShouldNotContain("customFields.budget");
    }

    [Theory]
    [InlineData("""{}""", "entity,name,type")]
    [InlineData("""{"entity":"spaceships","name":"tier","type":"TEXT"}""", "entity")]
    [InlineData("""{"entity":"leads","name":"Tier","type":"TEXT"}""", "name")]
    [InlineData("""{"entity":"leads","name":"tier","type":"COLOUR"}""", "type")]
    [InlineData("""{"entity":"leads","name":"tier","type":"CHOICE"}""", "options")]
    [InlineData("""{"entity":"leads","name":"tier","type":"CHOICE","options":["a",1]}""", "options[1]")]
    [InlineData("""{"entity":"leads","name":"tier","type":"CHOICE","options":"a"}""", "options")]
    [InlineData("""{"entity":"leads","name":"tier","type":"NUMBER","default":"1"}""", "default")]
    [InlineData("""{"entity":"leads","name":"tier","type":"TEXT","default":{"amount":1}}""", "default.currency")]
    [InlineData("""{"entity":"leads","name":"tier","type":"BOOLEAN","unique":true}""", "unique")]
    [InlineData("""{"entity":"leads","name":"tier","type":"NUMBER","searchable":true}""", "searchable")]
    [InlineData("""{"entity":"leads","name":"tier","type":"TEXT","position":-1}""", "position")]
    [InlineData("""{"entity":"leads","name":"tier","type":"TEXT","customFields":{"x":1}}""", "customFields.x")]
    public async Task What_is_wrong_with_a_definition_is_named(string body, string members)
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", "/custom-fields", System.Text.Encoding.UTF8.GetBytes(body))).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(members.Split(','));
    }

    [Fact]
    public async Task A_name_is_taken_once_in_its_entity()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("tier", entity: "deals");
        var id = await tenant.FieldAsync("tier");
        var again = (await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "tier", type = "TEXT" })).ShouldFail(409, "DUPLICATE");
        again.Errors.ShouldContainKey("name");
        ((Guid)again.Json["existingId"]!).ShouldBe(id);
        var other = await tenant.FieldAsync("level");
        (await tenant.PatchAsync($"/custom-fields/{other}", new { name = "tier" })).ShouldFail(409, "DUPLICATE");
    }

    [Fact]
    public async Task The_name_of_a_retired_field_is_free_and_it_comes_back_under_another()
    {
        var tenant = await api.TenantAsync();
        var old = await tenant.FieldAsync("tier");
        (await tenant.PutAsync($"/custom-fields/{old}/retire")).ShouldBe(200).Data["retiredAt"].ShouldNotBeNull();
        await tenant.FieldAsync("tier", "NUMBER");
        (await tenant.PutAsync($"/custom-fields/{old}/reinstate")).ShouldFail(409, "DUPLICATE").Errors.ShouldContainKey("name");
        (await tenant.PatchAsync($"/custom-fields/{old}", new { name = "tierOfOld" })).ShouldBe(200);
        (await tenant.PutAsync($"/custom-fields/{old}/reinstate")).ShouldBe(200).Data["retiredAt"].ShouldBeNull();
    }

    [Fact]
    public async Task Retiring_and_reinstating_twice_change_nothing()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.FieldAsync("tier");
        var retired = (await tenant.PutAsync($"/custom-fields/{id}/retire")).ShouldBe(200);
        (await tenant.PutAsync($"/custom-fields/{id}/retire", new { })).ShouldBe(200).Body.ShouldBe(retired.Body);
        var back = (await tenant.PutAsync($"/custom-fields/{id}/reinstate")).ShouldBe(200);
        (await tenant.PutAsync($"/custom-fields/{id}/reinstate")).ShouldBe(200).Body.ShouldBe(back.Body);
        (await tenant.GetAsync($"/custom-fields/{id}/history")).Items.Select(v => (string?)v!["events"]![0]).ShouldBe(["custom_field.reinstated", "custom_field.retired", "custom_field.created"]);
        (await tenant.PutAsync($"/custom-fields/{id}/retire", null, ("If-Match", "\"1\""))).ShouldFail(412, "PRECONDITION_FAILED");
    }

    [Fact]
    public async Task Entity_and_type_stay_what_they_are()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.FieldAsync("tier");
        (await tenant.PatchAsync($"/custom-fields/{id}", new { type = "NUMBER", entity = "deals" })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["entity", "type"]);
        (await tenant.PatchAsync($"/custom-fields/{id}", new { type = "TEXT", entity = "leads", label = "Tier" })).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
    }

    [Fact]
    public async Task Everybody_reads_definitions_and_administrators_write_them()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.FieldAsync("tier");
        foreach (var (role, status) in new[] { ("USER", 403), ("MANAGER", 403), ("ADMIN", 200) })
        {
            var (member, _) = await tenant.MemberAsync(role);
            (await member.GetAsync($"/custom-fields/{id}")).ShouldBe(200);
            (await member.PatchAsync($"/custom-fields/{id}", new { label = role })).ShouldBe(status);
            (await member.PutAsync($"/custom-fields/{id}/retire")).ShouldBe(status);
            (await member.PutAsync($"/custom-fields/{id}/reinstate")).ShouldBe(status);
            (await member.DeleteAsync($"/custom-fields/{Guid.NewGuid()}")).ShouldBe(status == 200 ? 404 : 403);
        }
    }

    [Fact]
    public async Task Another_tenant_has_fields_of_its_own()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await mine.FieldAsync("tier");
        (await other.GetAsync($"/custom-fields/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PatchAsync($"/custom-fields/{id}", new { label = "x" })).ShouldFail(404, "NOT_FOUND");
        (await other.PutAsync($"/custom-fields/{id}/retire")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync("/custom-fields")).Items.ShouldBeEmpty();
        (await other.PostAsync("/leads", new { name = "x", customFields = new { tier = "gold" } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("customFields.tier");
        (await other.GetAsync("/leads?customFields.tier=gold")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task An_entity_has_at_most_200_fields_in_use()
    {
        var tenant = await api.TenantAsync();
        var batch = await tenant.PostAsync("/custom-fields/batch", new { operations = Enumerable.Range(0, 201).Select(i => new { op = "create", data = new { entity = "leads", name = $"f{i}", type = "TEXT" } }) });
        batch.ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([.. Enumerable.Repeat(201, 200), 409]);
        ((string?)batch.Items[200]!["error"]!["code"]).ShouldBe("INVALID_STATE");
        await tenant.FieldAsync("f200", entity: "deals");
        (await tenant.PutAsync($"/custom-fields/{batch.Items[0]!["id"]}/retire")).ShouldBe(200);
        await tenant.FieldAsync("f200");
        (await tenant.PutAsync($"/custom-fields/{batch.Items[0]!["id"]}/reinstate")).ShouldFail(409, "INVALID_STATE");
    }
}
