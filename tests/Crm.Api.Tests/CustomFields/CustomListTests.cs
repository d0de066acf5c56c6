using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.CustomFields;

/// <summary>Lists know custom fields like any other member, with and without an index.</summary>
public sealed class CustomListTests(CrmApi api)
{
    [Theory]
    [InlineData("customFields.tier=gold", "a")]
    [InlineData("customFields.tier=gold,silver", "a b")]
    [InlineData("customFields.tier[ne]=gold", "b c d")]
    [InlineData("customFields.tier[nin]=gold,silver", "c d")]
    [InlineData("customFields.tier[null]=true", "c d")]
    [InlineData("customFields.amount=10", "a")]
    [InlineData("customFields.amount[gte]=10", "a b")]
    [InlineData("customFields.amount[lt]=10.25", "a c")]
    [InlineData("customFields.amount[between]=-5,10", "a c")]
    [InlineData("customFields.amount[in]=10,-5", "a c")]
    [InlineData("customFields.price[gt]=99.99", "a b")]
    [InlineData("customFields.price=1000000000000.25", "b")]
    [InlineData("customFields.price.currency=USD", "b")]
    [InlineData("customFields.day=2026-03-01", "a")]
    [InlineData("customFields.day[lt]=2026-03-01", "b")]
    [InlineData("customFields.vip=true", "a")]
    [InlineData("customFields.vip=true,false", "a b")]
    [InlineData("customFields.colours=red", "a b")]
    [InlineData("customFields.colours=blue,green", "b")]
    [InlineData("customFields.colours[nin]=blue", "a c d")]
    [InlineData("customFields.colours[null]=true", "c d")]
    [InlineData("customFields.note=Müller", "a")]
    [InlineData("customFields.note[contains]=MULL", "a b")]
    [InlineData("customFields.note[startsWith]=mul", "a")]
    [InlineData("customFields.tier=gold&customFields.amount[gte]=5&status=NEW", "a")]
    [InlineData("customFields.tier=gold&customFields.vip=false", "")]
    [InlineData("customFields.amount[gte]=0&sort=-customFields.price", "b a")]
    [InlineData("customFields.tier=silver&deleted=true", "e")]
    [InlineData("customFields.amount[gt]=0&deleted=true&sort=customFields.amount", "e")]
    public async Task Filters_select(string query, string expected)
    {
        foreach (var indexed in new[] { false, true })
        {
            var tenant = await api.TenantAsync();
            await FillAsync(tenant, indexed);
            var list = (await tenant.GetAsync($"/leads?{query}{(query.Contains("sort=") ? "" : "&sort=name")}")).ShouldBe(200);
            list.Names().ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), $"{query}, indexed: {indexed}");
            ((int)list.Meta["total"]!).ShouldBe(list.Items.Count);
            // In the order lists have by themselves, along which one value of an indexed field is read.
            (await tenant.GetAsync($"/leads?{query.Split("&sort")[0]}")).ShouldBe(200).Names().Order().ShouldBe(list.Names().Order());
        }
    }

    [Theory]
    [InlineData("customFields.tier=lead", "customFields.tier")]
    [InlineData("customFields.nope=1", "customFields.nope")]
    [InlineData("customFields=1", "customFields")]
    [InlineData("customFields.amount=ten", "customFields.amount")]
    [InlineData("customFields.amount[contains]=1", "customFields.amount[contains]")]
    [InlineData("customFields.note[gt]=a", "customFields.note[gt]")]
    [InlineData("customFields.note[contains]=", "customFields.note[contains]")]
    [InlineData("customFields.note[startsWith]=", "customFields.note[startsWith]")]
    [InlineData("name[contains]=", "name[contains]")]
    [InlineData("customFields.day=yesterday", "customFields.day")]
    [InlineData("customFields.tier.currency=EUR", "customFields.tier.currency")]
    [InlineData("sort=customFields.colours", "sort")]
    [InlineData("sort=customFields.nope", "sort")]
    [InlineData("fields=customFields.nope", "fields")]
    [InlineData("expand=customFields.tier", "expand")]
    public async Task What_a_list_cannot_be_asked_is_named(string query, string parameter)
    {
        var tenant = await api.TenantAsync();
        await FillAsync(tenant, indexed: true);
        (await tenant.GetAsync($"/leads?{query}")).ShouldFail(400, "INVALID_QUERY").Errors.Select(e => e.Key).ShouldBe([parameter]);
    }

    [Theory]
    [InlineData("""{"take":"5"}""", "take")]
    [InlineData("""{"skip":true}""", "skip")]
    [InlineData("""{"deleted":"true"}""", "deleted")]
    [InlineData("""{"search":5}""", "search")]
    [InlineData("""{"filter":{"field":"customFields.note","op":"contains","value":""}}""", "filter.value")]
    [InlineData("""{"filter":{"field":"customFields.tier","value":"lead"}}""", "filter.value")]
    [InlineData("""{"filter":{"field":"customFields.nope","value":1}}""", "filter.field")]
    public async Task What_a_query_cannot_be_asked_is_named(string body, string member)
    {
        var tenant = await api.TenantAsync();
        await FillAsync(tenant, indexed: false);
        (await tenant.RawAsync("POST", "/leads/query", System.Text.Encoding.UTF8.GetBytes(body))).ShouldFail(400, "INVALID_QUERY").Errors.Select(e => e.Key).ShouldBe([member]);
    }

    [Fact]
    public async Task The_filter_tree_takes_them()
    {
        foreach (var indexed in new[] { false, true })
        {
            var tenant = await api.TenantAsync();
            await FillAsync(tenant, indexed);
            var filter = JsonNode.Parse("""{"or":[{"and":[{"field":"customFields.tier","op":"in","value":["gold"]}]},{"not":{"or":[{"field":"customFields.amount","op":"lte","value":10},{"field":"customFields.amount","op":"null","value":true}]}}]}""");
            (await tenant.PostAsync("/leads/query", new { filter, sort = new[] { "-customFields.amount" }, fields = new[] { "name" } })).ShouldBe(200).Names().ShouldBe(["b", "a"]);
            (await tenant.PostAsync("/leads/query", JsonNode.Parse("""{"filter":{"and":[{"field":"customFields.tier","value":"gold"}]}}"""))).ShouldBe(200).Names().ShouldBe(["a"]);
        }
    }

    [Fact]
    public async Task Single_ones_are_answered_within_their_object()
    {
        var tenant = await api.TenantAsync();
        await FillAsync(tenant, indexed: false);
        (await tenant.GetAsync("/leads?fields=customFields.tier,name,customFields.vip&sort=name&take=1")).ShouldBe(200).Items[0]!.ToJsonString().ShouldBe("""{"customFields":{"tier":"gold","vip":true},"name":"a"}""");
        (await tenant.GetAsync("/leads?fields=customFields.tier,customFields&sort=name&take=1")).ShouldBe(200).Items[0]!["customFields"]!.AsObject().Count.ShouldBe(7);
    }

    [Theory]
    [InlineData("customFields.amount")]
    [InlineData("-customFields.amount")]
    [InlineData("customFields.tier")]
    [InlineData("-customFields.tier")]
    [InlineData("-customFields.day")]
    [InlineData("customFields.vip")]
    [InlineData("-customFields.price")]
    [InlineData("customFields.tier,-customFields.amount")]
    public async Task A_cursor_sees_each_row_once_in_order_while_others_are_inserted(string sort)
    {
        foreach (var indexed in new[] { false, true })
        {
            var tenant = await api.TenantAsync();
            await DefineAsync(tenant, indexed);
            (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 29).Select(i => new { op = "create", data = new { name = $"{i}", customFields = Values(i) } }) })).ShouldBe(200);
            var whole = (await tenant.GetAsync($"/leads?take=200&sort={sort}&fields=id,customFields")).ShouldBe(200).Items;
            Ordered(whole, sort).ShouldBeTrue(sort);
            var ids = whole.Select(i => (string)i!["id"]!).ToList();
            for (var skip = 0; skip < 29; skip += 7)
                (await tenant.GetAsync($"/leads?take=7&skip={skip}&sort={sort}&fields=id")).Items.Select(i => (string)i!["id"]!).ShouldBe(ids.Skip(skip).Take(7), $"skip {skip}, indexed: {indexed}");
            var seen = new List<string>();
            string? cursor = null;
            do
            {
                var page = (await tenant.GetAsync($"/leads?take=4&sort={sort}&fields=id{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(200);
                seen.AddRange(page.Items.Select(i => (string)i!["id"]!));
                await tenant.LeadWithAsync(Values(seen.Count), "newcomer");
                cursor = (string?)page.Meta["nextCursor"];
            }
            while (cursor is not null && seen.Count < 100);
            seen.Where(ids.Contains).ShouldBe(ids, $"{sort}, indexed: {indexed}");
            seen.Distinct().Count().ShouldBe(seen.Count);
        }
    }

    [Fact]
    public async Task A_page_of_one_value_is_followed_by_cursor()
    {
        var tenant = await api.TenantAsync();
        await DefineAsync(tenant, indexed: true);
        (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 30).Select(i => new { op = "create", data = new { name = $"{i}", customFields = new { tier = i % 2 == 0 ? "gold" : "silver" } } }) })).ShouldBe(200);
        foreach (var sort in new[] { "-createdAt", "createdAt" })
        {
            var names = new List<string?>();
            string? cursor = null;
            do
            {
                var page = (await tenant.GetAsync($"/leads?customFields.tier=gold&take=4&sort={sort}{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(200);
                names.AddRange(page.Names());
                cursor = (string?)page.Meta["nextCursor"];
            }
            while (cursor is not null && names.Count < 100);
            names.Count.ShouldBe(15);
            names.ShouldBe((await tenant.GetAsync($"/leads?customFields.tier=gold&sort={sort}")).Names());
        }
    }

    [Fact]
    public async Task Record_visibility_holds_along_the_index()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        await tenant.FieldAsync("tier", "CHOICE", new { indexed = true });
        var (member, _) = await tenant.MemberAsync();
        foreach (var (client, name) in new (ApiClient, string)[] { (tenant, "theirs"), (member, "mine") })
            foreach (var tier in new[] { "gold", null }) (await client.PostAsync("/leads", new { name = $"{name} {tier}", customFields = new { tier } })).ShouldBe(201);
        (await member.GetAsync("/leads?customFields.tier=gold")).Names().ShouldBe(["mine gold"]);
        (await member.GetAsync("/leads?customFields.tier[in]=gold&sort=name&count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(1);
        (await member.GetAsync("/leads?sort=customFields.tier")).Names().ShouldBe(["mine gold", "mine "]);
        (await member.GetAsync("/leads?sort=customFields.tier&skip=1")).Names().ShouldBe(["mine "]);
        (await tenant.GetAsync("/leads?sort=-customFields.tier")).Items.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Searches_find_what_is_declared_searchable()
    {
        var tenant = await api.TenantAsync();
        await tenant.FieldAsync("note", "TEXT", new { searchable = true });
        await tenant.FieldAsync("secret");
        var id = await tenant.LeadWithAsync(new { note = "Überraschung 42", secret = "hidden" }, "Ada");
        (await tenant.GetAsync("/leads?search=ada uberra")).Items.Count.ShouldBe(1);
        (await tenant.GetAsync("/leads?search=hidden")).Items.ShouldBeEmpty();
        (await tenant.PatchAsync($"/leads/{id}", new { customFields = new { note = "other" } })).ShouldBe(200);
        (await tenant.GetAsync("/leads?search=uberraschung")).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/leads?search=other")).Items.Count.ShouldBe(1);
    }

    private static async Task FillAsync(TenantClient tenant, bool indexed)
    {
        await DefineAsync(tenant, indexed);
        await tenant.LeadWithAsync(new { tier = "gold", amount = 10m, price = new { amount = 100, currency = "EUR" }, day = "2026-03-01", vip = true, colours = new[] { "red" }, note = "Müller" }, "a");
        await tenant.LeadWithAsync(new { tier = "silver", amount = 10.5m, price = new { amount = 1_000_000_000_000.25m, currency = "USD" }, day = "2025-12-31", vip = false, colours = new[] { "blue", "red" }, note = "Anna Muller" }, "b");
        await tenant.LeadWithAsync(new { amount = -5 }, "c");
        await tenant.LeadAsync("d");
        (await tenant.DeleteAsync($"/leads/{await tenant.LeadWithAsync(new { tier = "silver", amount = 7 }, "e")}")).ShouldBe(204);
    }

    private static async Task DefineAsync(TenantClient tenant, bool indexed)
    {
        await tenant.FieldAsync("tier", "CHOICE", new { indexed });
        await tenant.FieldAsync("amount", "NUMBER", new { indexed });
        await tenant.FieldAsync("price", "MONEY", new { indexed });
        await tenant.FieldAsync("day", "DATE", new { indexed });
        await tenant.FieldAsync("vip", "BOOLEAN", new { indexed });
        await tenant.FieldAsync("colours", "MULTI_CHOICE", new { indexed, options = new[] { "red", "green", "blue" } });
        await tenant.FieldAsync("note", "TEXT", new { indexed });
    }

    private static object Values(int i) => new
    {
        tier = i % 3 == 0 ? null : i % 2 == 0 ? "gold" : "silver",
        amount = i % 5 == 0 ? null : (object)(i % 7 * 1.5m),
        price = i % 4 == 0 ? null : new { amount = i % 3 * 10, currency = "EUR" },
        day = i % 6 == 0 ? null : $"2026-03-{1 + i % 9:00}",
        vip = i % 4 == 1 ? null : (object)(i % 2 == 0),
    };

    private static bool Ordered(JsonArray items, string sort)
    {
        var name = sort.Split(',')[0].TrimStart('-')["customFields.".Length..];
        var values = items.Select(i => i!["customFields"]![name]).Select(v => v is JsonObject money ? money["amount"] : v).ToList();
        var given = values.TakeWhile(v => v is not null).Select(v => v!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? v.GetValue<decimal>().ToString("0000.00", System.Globalization.CultureInfo.InvariantCulture) : v.ToString()).ToList();
        return values.Skip(given.Count).All(v => v is null) && given.Count is > 5 and < 29 && given.SequenceEqual(sort.StartsWith('-') ? given.OrderDescending(StringComparer.Ordinal) : given.Order(StringComparer.Ordinal));
    }
}
