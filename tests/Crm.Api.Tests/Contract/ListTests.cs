using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Contract;

public sealed class ListTests(CrmApi api)
{
    [Theory]
    [InlineData("-createdAt")]
    [InlineData("createdAt")]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("value")]
    [InlineData("-value")]
    [InlineData("company,-value")]
    [InlineData("-score,name,-value")]
    [InlineData("status,-createdAt")]
    public async Task A_cursor_sees_each_row_once_in_order_while_others_are_inserted(string sort)
    {
        var tenant = await api.TenantAsync();
        await FillAsync(tenant, 23);
        var whole = (await tenant.GetAsync($"/leads?take=200&sort={sort}&fields=id")).Items.Select(i => (string)i!["id"]!).ToList();
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await tenant.GetAsync($"/leads?take=4&sort={sort}&fields=id{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(200);
            seen.AddRange(page.Items.Select(i => (string)i!["id"]!));
            await tenant.LeadAsync($"Zz newcomer {seen.Count}", value: 9_999);
            cursor = (string?)page.Meta["nextCursor"];
        }
        while (cursor is not null && seen.Count < 100);
        seen.Where(whole.Contains).ShouldBe(whole);
        seen.Distinct().Count().ShouldBe(seen.Count);
    }

    [Fact]
    public async Task Nulls_come_last_both_ways()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync("none");
        await tenant.LeadAsync("ten", value: 10);
        await tenant.LeadAsync("five", value: 5);
        (await tenant.GetAsync("/leads?sort=value")).Names().ShouldBe(["five", "ten", "none"]);
        (await tenant.GetAsync("/leads?sort=-value")).Names().ShouldBe(["ten", "five", "none"]);
        (await tenant.GetAsync("/leads?sort=value&skip=1&take=2")).Names().ShouldBe(["ten", "none"]);
    }

    [Theory]
    [InlineData("status=NEW,QUALIFIED", 3)]
    [InlineData("status[ne]=NEW", 2)]
    [InlineData("status[nin]=NEW,QUALIFIED", 1)]
    [InlineData("value[gte]=100", 2)]
    [InlineData("value[lt]=100", 1)]
    [InlineData("value[between]=50,100", 2)]
    [InlineData("value[null]=true", 1)]
    [InlineData("value.currency=EUR", 3)]
    [InlineData("value.currency=USD", 0)]
    [InlineData("name=Müller", 1)]
    [InlineData("name=müller", 0)]
    [InlineData("name[contains]=MULLER", 2)]
    [InlineData("name[startsWith]=mul", 1)]
    [InlineData("name[contains]=%25", 0)]
    [InlineData("tags=vip", 2)]
    [InlineData("tags=vip,cold", 3)]
    [InlineData("tags[null]=true", 1)]
    [InlineData("email=ADA@example.com", 1)]
    [InlineData("email[null]=false", 1)]
    [InlineData("phone=%2B442079460958", 1)]
    [InlineData("phone=0044 20 7946-0958", 1)]
    [InlineData("search=ada example", 1)]
    [InlineData("search=muller", 2)]
    [InlineData("search=mull", 2)]
    [InlineData("search=nobody", 0)]
    [InlineData("search=7946 0958", 1)]
    [InlineData("search=%2B44 20 7946 0958", 1)]
    [InlineData("company[null]=true&status=NEW", 2)]
    public async Task Filters_select(string query, int expected)
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync("Müller", 100, new { status = "NEW", tags = new[] { "vip" } });
        await tenant.LeadAsync("Anna Muller", 50, new { status = "QUALIFIED", tags = new[] { "vip", "warm" } });
        await tenant.LeadAsync("Ada", 1_000, new { status = "NEW", email = "ada@example.com", phone = "+44 (20) 7946 0958", tags = new[] { "cold" } });
        await tenant.LeadAsync("Nemo", null, new { status = "LOST" });
        var reply = await tenant.GetAsync("/leads?" + query);
        reply.ShouldBe(200).Items.Count.ShouldBe(expected, query);
        ((int)reply.Meta["total"]!).ShouldBe(expected);
    }

    [Fact]
    public async Task The_query_tree_selects_like_the_query_string()
    {
        var tenant = await api.TenantAsync();
        await FillAsync(tenant, 12);
        var reply = await tenant.PostAsync("/leads/query", new
        {
            filter = new { and = new object[] { new { field = "status", op = "in", value = new[] { "NEW" } }, new { or = new object[] { new { field = "value", op = "gte", value = 800 }, new { not = new { field = "name", op = "startsWith", value = "lead" } } } } } },
            sort = new[] { "-value" }, take = 2, fields = new[] { "name", "value" },
        });
        reply.ShouldBe(200).Names().ShouldBe(["Lead 11", "Lead 09"]);
        reply.Items[0]!.AsObject().Select(m => m.Key).ShouldBe(["name", "value"]);
        var next = await tenant.PostAsync("/leads/query", new { filter = new { field = "status", value = "NEW" }, sort = new[] { "-value" }, take = 2, cursor = (string?)reply.Meta["nextCursor"] });
        next.ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"filter":{"field":"nope","op":"eq","value":1}}""")]
    [InlineData("""{"filter":{"field":"value","op":"like","value":1}}""")]
    [InlineData("""{"filter":{"and":[]}}""")]
    [InlineData("""{"filter":{"field":"value","op":"between","value":[1]}}""")]
    [InlineData("""{"filter":{"field":"status","op":"eq","value":"BOGUS"}}""")]
    [InlineData("""{"filter":{"field":"tags","value":5}}""")]
    [InlineData("""{"filter":{"field":"name","op":"in","value":["a",true]}}""")]
    [InlineData("""{"filter":{"field":"email","op":"contains","value":7}}""")]
    [InlineData("""{"filter":{"field":"name","op":"gt","value":"a"}}""")]
    [InlineData("""{"filter":{"field":"name","value":"a","extra":1}}""")]
    [InlineData("""{"filtr":{}}""")]
    [InlineData("""{"take":0}""")]
    [InlineData("""{"sort":["-nope"]}""")]
    [InlineData("""{"filter":{"not":{"not":{"not":{"not":{"not":{"not":{"not":{"not":{"not":{"field":"name","value":"a"}}}}}}}}}}}""")]
    [InlineData("[]")]
    public async Task A_bad_query_is_named(string body)
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", "/leads/query", System.Text.Encoding.UTF8.GetBytes(body))).ShouldFail(400, "INVALID_QUERY");
    }

    [Theory]
    [InlineData("sort=-tier", "sort", "'-tier' cannot be sorted by; customFields.tier is")]
    [InlineData("sort=notes", "sort", "'notes' cannot be sorted by; there are name, email, company, status, source, value, score, convertedAt, createdAt, updatedAt, customFields.tier")]
    [InlineData("fields=name,tier", "fields", "'tier' is no member; customFields.tier is")]
    [InlineData("expand=ownerId", "expand", "'ownerId' cannot be expanded; there are owner, customer, deal")]
    [InlineData("tier=gold", "tier", "is no parameter or member of this resource; customFields.tier is")]
    [InlineData("createdAt[gte]=2026-01-01", "createdAt[gte]", "must be an RFC 3339 instant, such as 2026-01-31T09:30:00Z")]
    public async Task A_refused_query_says_what_would_be_taken(string query, string member, string message)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "tier", type = "TEXT" })).ShouldBe(201);
        ((string?)(await tenant.GetAsync($"/leads?{query}")).ShouldFail(400, "INVALID_QUERY").Errors[member]![0]).ShouldBe(message);
    }

    [Fact]
    public async Task A_refused_tree_says_what_would_be_taken()
    {
        var tenant = await api.TenantAsync();
        ((string?)(await tenant.PostAsync("/leads/query", new { filter = new { field = "colour", value = 1 } })).ShouldFail(400, "INVALID_QUERY").Errors["filter.field"]![0])
            .ShouldNotBeNull().ShouldStartWith("'colour' is no member; there are id, name, email");
        foreach (var stranger in new object[] { new { where = new { name = "x" } }, new { where = new[] { 1 } }, new { where = "x" } })
            ((string?)(await tenant.PostAsync("/leads/query", stranger)).ShouldFail(400, "INVALID_QUERY").Errors["where"]![0]).ShouldBe("is unknown; conditions belong into filter");
    }

    [Fact]
    public async Task A_cursor_of_another_sort_or_resource_is_refused()
    {
        var tenant = await api.TenantAsync();
        await FillAsync(tenant, 3);
        var cursor = (string)(await tenant.GetAsync("/leads?take=1&sort=name")).Meta["nextCursor"]!;
        (await tenant.GetAsync($"/leads?take=1&sort=-name&cursor={cursor}")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync($"/leads?take=1&sort=name&skip=1&cursor={cursor}")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync($"/leads?take=1&sort=name&cursor={cursor}")).ShouldBe(200).Meta["total"].ShouldBeNull();
    }

    [Fact]
    public async Task Totals_are_exact_estimated_or_left_out()
    {
        var tenant = await api.TenantAsync();
        await FillAsync(tenant, 3);
        ((int)(await tenant.GetAsync("/leads?take=1")).Meta["total"]!).ShouldBe(3);
        (await tenant.GetAsync("/leads?take=1&count=none")).Meta["total"].ShouldBeNull();
        var exact = (await tenant.GetAsync("/leads?take=1&count=exact")).Meta;
        ((int)exact["total"]!).ShouldBe(3);
        ((bool)exact["totalIsEstimate"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task Beyond_a_thousand_the_total_is_the_planners_estimate()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 2; i++)
            (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 600).Select(n => new { op = "create", data = new { name = $"Mass {i} {n}" } }) })).ShouldBe(200);
        var meta = (await tenant.GetAsync("/leads?take=1")).Meta;
        ((bool)meta["totalIsEstimate"]!).ShouldBeTrue();
        ((int)(await tenant.GetAsync("/leads?take=1&count=exact")).Meta["total"]!).ShouldBe(1_200);
    }

    [Fact]
    public async Task Expanding_embeds_related_records()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync();
        var lead = (await tenant.GetAsync("/leads?expand=owner")).ShouldBe(200).Items[0]!;
        ((Guid)lead["owner"]!["id"]!).ShouldBe(tenant.UserId);
        ((Guid)(await tenant.GetAsync($"/leads/{lead["id"]}?expand=owner")).Data["owner"]!["id"]!).ShouldBe(tenant.UserId);
    }

    [Fact]
    public async Task Expanding_needs_no_member_to_be_answered()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        foreach (var record in (JsonNode[])[(await tenant.GetAsync("/leads?fields=name&expand=owner")).ShouldBe(200).Items[0]!, (await tenant.GetAsync($"/leads/{id}?fields=name&expand=owner")).ShouldBe(200).Data])
        {
            record.AsObject().Select(m => m.Key).ShouldBe(["name", "owner"]);
            ((Guid)record["owner"]!["id"]!).ShouldBe(tenant.UserId);
        }
    }

    private static async Task FillAsync(TenantClient tenant, int count) => (await tenant.PostAsync("/leads/batch", new
    {
        operations = Enumerable.Range(0, count).Select(i => new
        {
            op = "create",
            data = new { name = $"Lead {i:00}", status = i % 2 == 0 ? "CONTACTED" : "NEW", company = i % 3 == 0 ? null : $"Company {i % 4}", score = i % 5 == 0 ? (int?)null : i % 4, value = i % 4 == 0 ? null : new { amount = i % 7 == 0 ? 500 : i * 100, currency = "EUR" } },
        }),
    })).ShouldBe(200);
}
