using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.CustomFields;

public sealed class ValueTests(CrmApi api)
{
    [Theory]
    [InlineData("TEXT", "\" Müller\\n\\u0001\"")]
    [InlineData("NUMBER", "-12.25")]
    [InlineData("MONEY", """{"amount": 1250.00, "currency": "EUR"}""")]
    [InlineData("DATE", "\"2026-03-01\"")]
    [InlineData("BOOLEAN", "false")]
    [InlineData("CHOICE", "\"gold\"")]
    [InlineData("MULTI_CHOICE", """["silver", "gold"]""")]
    public async Task Each_type_is_answered_as_it_was_sent(string type, string value)
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("mine", type);
        var made = (await tenant.PostAsync("/leads", new JsonObject { ["name"] = "x", ["customFields"] = new JsonObject { ["mine"] = JsonNode.Parse(value) } })).ShouldBe(201);
        made.Custom("mine")!.ToJsonString().ShouldBe(JsonNode.Parse(value)!.ToJsonString());
        var read = (await tenant.GetAsync($"/leads/{made.Id}")).ShouldBe(200);
        JsonNode.DeepEquals(read.Data, made.Data).ShouldBeTrue();
        // What one got one may send back: it changes nothing.
        (await tenant.PutAsync($"/leads/{made.Id}", read.Data)).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        (await tenant.PatchAsync($"/leads/{made.Id}", new JsonObject { ["customFields"] = new JsonObject { ["mine"] = JsonNode.Parse(value) } })).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        (await tenant.PatchAsync($"/leads/{made.Id}", new { customFields = new { mine = (string?)null } })).ShouldBe(200).Custom("mine").ShouldBeNull();
    }

    [Fact]
    public async Task A_reference_must_lead_to_what_is_there_and_can_be_expanded()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        await tenant.FieldAsync("account", "REFERENCE", new { options = new[] { "customers" } });
        await tenant.FieldAsync("helper", "REFERENCE", new { options = new[] { "team/members" } });
        var customer = await tenant.CustomerAsync();
        var lead = await tenant.LeadWithAsync(new { account = customer, helper = tenant.UserId });
        foreach (var nobody in new[] { Guid.NewGuid(), await stranger.CustomerAsync(), lead, tenant.UserId })
            (await tenant.PatchAsync($"/leads/{lead}", new { customFields = new { account = nobody } })).ShouldFail(422, "UNPROCESSABLE").Errors.Select(e => e.Key).ShouldBe(["customFields.account"]);
        var expanded = (await tenant.GetAsync($"/leads/{lead}?expand=customFields.account,customFields.helper")).ShouldBe(200);
        ((string?)expanded.Data["customFields.account"]!["name"], (Guid)expanded.Data["customFields.helper"]!["id"]!).ShouldBe(("Analytical Ltd", tenant.UserId));
        (await tenant.GetAsync("/leads?fields=name&expand=customFields.account")).ShouldBe(200).Items[0]!.AsObject().Select(m => m.Key).ShouldBe(["name", "customFields.account"]);
        (await tenant.GetAsync($"/leads?customFields.account={customer}")).ShouldBe(200).Items.Count.ShouldBe(1);
        (await tenant.DeleteAsync($"/customers/{customer}")).ShouldBe(204);
        (await tenant.PatchAsync($"/leads/{lead}", new { score = 1 })).ShouldBe(200).Custom("account")!.GetValue<Guid>().ShouldBe(customer);
    }

    [Fact]
    public async Task What_one_cannot_see_one_cannot_refer_to()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN", welcomeEmail = false })).ShouldBe(200);
        await tenant.FieldAsync("account", "REFERENCE", new { options = new[] { "customers" } });
        var hidden = await tenant.CustomerAsync();
        var (colleague, _) = await tenant.MemberAsync();
        (await colleague.PostAsync("/leads", new { name = "x", customFields = new { account = hidden } })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("customFields.account");
        var shared = (await tenant.PostAsync("/leads", new { name = "x", ownerId = (await colleague.GetAsync("/auth/me")).IdOf("id"), customFields = new { account = hidden } })).ShouldBe(201).Id;
        (await colleague.GetAsync($"/leads/{shared}?expand=customFields.account")).ShouldBe(200).Data["customFields.account"].ShouldBeNull();
        (await colleague.PatchAsync($"/leads/{shared}", new { score = 1 })).ShouldBe(200);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("tier", "CHOICE");
        await tenant.FieldAsync("score", "NUMBER", new { required = true });
        (await tenant.PostAsync("/leads", new { email = "nope", customFields = new { tier = "lead", colour = "red" } })).ShouldFail(400, "VALIDATION_FAILED")
            .Errors.Select(e => e.Key).Order().ShouldBe(["customFields.colour", "customFields.score", "customFields.tier", "email", "name"]);
    }

    [Fact]
    public async Task Defaults_are_given_at_creation_and_a_required_field_wants_a_value_from_then_on()
    {
        var tenant = await api.TenantAsync();
        var before = await tenant.LeadAsync();
        await tenant.FieldAsync("tier", "CHOICE", new { @default = "silver" });
        await tenant.FieldAsync("code", "TEXT", new { required = true });
        (await tenant.PostAsync("/leads", new { name = "x" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("customFields.code");
        var made = (await tenant.PostAsync("/leads", new { name = "x", customFields = new { code = "a" } })).ShouldBe(201);
        ((string?)made.Custom("tier"), (string?)made.Custom("code")).ShouldBe(("silver", "a"));
        (await tenant.PostAsync("/leads", new { name = "x", customFields = new { code = "a", tier = (string?)null } })).ShouldBe(201).Custom("tier").ShouldBeNull();
        (await tenant.PatchAsync($"/leads/{made.Id}", new { customFields = new { code = (string?)null } })).ShouldFail(400, "VALIDATION_FAILED");
        // Those that were there before stay as they are until somebody states it.
        var old = (await tenant.PatchAsync($"/leads/{before}", new { score = 5 })).ShouldBe(200);
        (old.Custom("tier"), old.Custom("code")).ShouldBe((null, null));
        (await tenant.PutAsync($"/leads/{before}", new { name = "y" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("customFields.code");
        (await tenant.PutAsync($"/leads/{before}", new { name = "y", customFields = new { code = "b" } })).ShouldBe(200).Custom("tier")!.GetValue<string>().ShouldBe("silver");
    }

    [Fact]
    public async Task Records_the_service_makes_itself_get_defaults_and_are_not_held_up_by_what_is_required()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("origin", "TEXT", new { @default = "service" }, "tasks");
        await tenant.FieldAsync("code", "TEXT", new { required = true }, "tasks");
        await tenant.FieldAsync("segment", "TEXT", new { required = true }, "customers");
        var made = (await tenant.PostAsync($"/leads/{await tenant.LeadAsync()}/convert", new { })).ShouldBe(200);
        (await tenant.GetAsync($"/customers/{made.IdOf("customerId")}")).ShouldBe(200).Custom("segment").ShouldBeNull();
        var task = (await tenant.GetAsync($"/tasks?customerId={made.IdOf("customerId")}")).Items.ShouldHaveSingleItem()!;
        ((string?)task["customFields"]!["origin"], task["customFields"]!["code"]).ShouldBe(("service", null));
    }

    [Fact]
    public async Task A_batch_tells_of_each_operation_and_an_upsert_follows_the_rule_of_patch()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("score", "NUMBER", new { required = true, indexed = true });
        await tenant.FieldAsync("note");
        var batch = (await tenant.PostAsync("/leads/batch", new
        {
            operations = new object[]
            {
                new { op = "create", data = new { name = "a", customFields = new { score = 1 } } },
                new { op = "create", data = new { name = "b" } },
                new { op = "create", data = new { name = "c", customFields = new { score = "x" } } },
                new { op = "upsert", data = new { externalId = "X-1", name = "d", customFields = new { score = 4 } } },
            },
        })).ShouldBe(200).Items;
        batch.Select(i => (int)i!["status"]!).ShouldBe([201, 400, 400, 201]);
        batch[1]!["error"]!["errors"]!.AsObject().Select(e => e.Key).ShouldBe(["customFields.score"]);
        ((int)batch[0]!["data"]!["customFields"]!["score"]!).ShouldBe(1);
        var upserted = (await tenant.PutAsync("/leads/by-external-id/X-1", new { customFields = new { note = "new" } })).ShouldBe(200);
        ((int)upserted.Custom("score")!, (string?)upserted.Custom("note")).ShouldBe((4, "new"));
        (await tenant.GetAsync("/leads?customFields.score[gte]=1&sort=customFields.score")).Names().ShouldBe(["a", "d"]);
        (await tenant.PostAsync("/leads/batch", new { atomic = true, operations = new object[] { new { op = "create", data = new { name = "e", customFields = new { score = true } } } } }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("operations[0].customFields.score");
    }
}
