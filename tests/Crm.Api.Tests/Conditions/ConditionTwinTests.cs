using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Application.Conditions;
using Crm.Application.Resources;
using Crm.Infrastructure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Conditions;

/// <summary>Conditions asked of events select exactly what the same filter selects in a list.</summary>
public sealed class ConditionTwinTests(CrmApi api)
{
    private static readonly string[] Filters =
    [
        """{"field": "name", "op": "contains", "value": "MULLER"}""",
        """{"field": "name", "op": "startsWith", "value": "straße"}""",
        """{"field": "name", "op": "contains", "value": "50%_"}""",
        """{"field": "email", "op": "contains", "value": "EXAMPLE"}""",
        """{"field": "email", "value": "Zoe@Example.com"}""",
        """{"field": "phone", "value": "+359 88 812 3456"}""",
        """{"field": "phone", "op": "contains", "value": "88"}""",
        """{"field": "phone", "op": "nin", "value": ["0888123456", "x"]}""",
        """{"field": "phone", "op": "null", "value": false}""",
        """{"field": "value", "op": "gte", "value": 100}""",
        """{"not": {"field": "value", "op": "gte", "value": 100}}""",
        """{"field": "value", "op": "between", "value": [99.99, 250]}""",
        """{"field": "value", "op": "ne", "value": 100}""",
        """{"field": "value.currency", "op": "in", "value": ["USD", "JPY"]}""",
        """{"field": "value.currency", "op": "null", "value": true}""",
        """{"field": "score", "op": "lt", "value": 50}""",
        """{"field": "score", "op": "nin", "value": [0, 70]}""",
        """{"field": "status", "op": "in", "value": ["CONTACTED", "QUALIFIED"]}""",
        """{"field": "tags", "op": "in", "value": ["vip", "fair"]}""",
        """{"field": "tags", "op": "ne", "value": "vip"}""",
        """{"field": "tags", "op": "null", "value": true}""",
        """{"field": "company", "op": "ne", "value": "Acme"}""",
        """{"field": "company", "op": "nin", "value": ["Acme", "Other"]}""",
        """{"field": "externalId", "op": "startsWith", "value": "x-"}""",
        """{"field": "customFields.tier", "op": "nin", "value": ["gold"]}""",
        """{"field": "customFields.rank", "op": "gt", "value": 1.5}""",
        """{"field": "customFields.price", "op": "lte", "value": 10}""",
        """{"field": "customFields.price.currency", "value": "EUR"}""",
        """{"field": "customFields.day", "op": "lt", "value": "2026-03-02"}""",
        """{"field": "customFields.flag", "op": "ne", "value": true}""",
        """{"field": "customFields.colours", "op": "in", "value": ["gold", "bronze"]}""",
        """{"field": "customFields.colours", "op": "ne", "value": "gold"}""",
        """{"field": "customFields.colours", "op": "null", "value": true}""",
        """{"or": [{"not": {"or": [{"field": "score", "op": "gt", "value": 10}, {"field": "tags", "value": "vip"}]}}, {"and": [{"field": "value", "op": "lt", "value": 100}, {"field": "status", "value": "NEW"}]}]}""",
    ];

    [Fact]
    public async Task The_events_that_match_are_those_of_the_records_a_list_finds()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { country = "BG" })).ShouldBe(200);
        await tenant.FieldAsync("tier", "CHOICE");
        await tenant.FieldAsync("rank", "NUMBER");
        await tenant.FieldAsync("price", "MONEY");
        await tenant.FieldAsync("day", "DATE");
        await tenant.FieldAsync("flag", "BOOLEAN");
        await tenant.FieldAsync("colours", "MULTI_CHOICE");
        var leads = new object[]
        {
            new { name = "Zoë Müller", email = "ZOE@example.com", phone = "0888 123 456", value = Money(100, "EUR"), score = 0, tags = new[] { "vip" }, customFields = new { tier = "gold", rank = 1.5, price = Money(10, "EUR"), day = "2026-03-01", flag = true, colours = new[] { "gold", "silver" } } },
            new { name = "Strasse und Söhne", phone = "+359888123456", value = Money(99.99m, "USD"), score = 70, status = "CONTACTED", company = "Acme", tags = new[] { "fair", "VIP" }, customFields = new { rank = 2, price = Money(10.01m, "USD"), day = "2026-03-02", flag = false, colours = new[] { "silver" } } },
            new { name = "50%_ off", phone = "call me", value = Money(250, "JPY"), score = 50, status = "QUALIFIED", externalId = "X-1", customFields = new { tier = "silver" } },
            new { name = "МЮЛЛЕР", email = "m@sample.org", company = "acme" },
        };
        foreach (var lead in leads) (await tenant.PostAsync("/leads", lead)).ShouldBe(201);
        var states = (await tenant.EventsAsync("types=lead.created", leads.Length)).Items
            .Select(e => ((string)e!["aggregateId"]!, State: JsonSerializer.SerializeToElement(e["data"]!["record"]))).ToList();
        var caller = (await api.Services.GetRequiredService<SystemCallers>().FindAsync(tenant.Id, default))!;
        var resource = api.Services.GetRequiredService<ResourceCatalog>()["leads"];
        foreach (var filter in Filters)
        {
            var listed = (await tenant.PostAsync("/leads/query", new JsonObject { ["filter"] = JsonNode.Parse(filter), ["fields"] = new JsonArray("id") })).ShouldBe(200).Items.Select(i => (string)i!["id"]!);
            var tree = ConditionTree.Parse(resource, JsonSerializer.Deserialize<JsonElement>(filter), caller);
            states.Where(s => tree.Matches(s.State)).Select(s => s.Item1).Order().ShouldBe(listed.Order(), filter);
        }
    }

    [Fact]
    public async Task Text_is_folded_as_the_database_folds_it()
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.OpenAsync();
        var letters = Enumerable.Range(0x20, 0x530 - 0x20).Concat(Enumerable.Range(0x1D00, 0x1FED - 0x1D00)).Concat(Enumerable.Range(0x2010, 0x2ADB - 0x2010)).Concat(Enumerable.Range(0xFB00, 7)).Concat(Enumerable.Range(0xFF01, 0xBE)).Select(c => ((char)c).ToString())
            .Concat(["Mu\u0308ller", "И\u0306", "ЙОРДАН", "ﬁnance", "½ off", "A\u0301É", "…"]).ToArray();
        await using var command = new NpgsqlCommand("select t, crm.fold(t) from unnest($1::text[]) t", connection) { Parameters = { new() { Value = letters } } };
        var wrong = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                if (FoldedText.Of(reader.GetString(0)) != reader.GetString(1)) wrong.Add($"{(int)reader.GetString(0)[0]:X4} {reader.GetString(0)} is {reader.GetString(1)}, not {FoldedText.Of(reader.GetString(0))}");
        wrong.ShouldBeEmpty();
    }

    private static object Money(decimal amount, string currency) => new { amount, currency };
}
