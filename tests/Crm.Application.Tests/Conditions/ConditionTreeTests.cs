using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Conditions;
using Crm.Application.CustomFields;
using Crm.Application.Customers;
using Crm.Application.Leads;
using Crm.Application.Products;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;

namespace Crm.Application.Tests.Conditions;

public sealed class ConditionTreeTests
{
    private static readonly Resource Leads = new LeadResource();
    private static readonly Caller Caller = Callers.Owner() with
    {
        CustomFields = new CustomFieldSet(1, [new CustomFieldDefinition(1, new CustomFieldDetails { Entity = "leads", Name = "tier", Label = "Tier", Type = CustomFieldType.Choice, Options = ValueList.Of(["gold", "silver"]) }, true, 0, true)]),
    };

    private const string State = """
        {"name": "Zoë Müller", "email": "zoe@example.com", "phone": "020 7946 0958", "status": "NEW", "value": {"amount": 1250.00, "currency": "EUR"}, "score": 0,
         "ownerId": "019ca8d2-7c1f-7000-8000-000000000001", "convertedAt": "2026-03-01T09:30:00Z", "company": null, "tags": ["vip", "fair"], "customFields": {"tier": "gold"}}
        """;

    [Theory]
    [InlineData("""{"field": "name", "value": "Zoë Müller"}""", true)]
    [InlineData("""{"field": "name", "value": "zoë müller"}""", false)]
    [InlineData("""{"field": "name", "op": "contains", "value": "MULLER"}""", true)]
    [InlineData("""{"field": "name", "op": "startsWith", "value": "zoe m"}""", true)]
    [InlineData("""{"field": "name", "op": "contains", "value": "%"}""", false)]
    [InlineData("""{"field": "email", "value": "ZOE@example.com"}""", true)]
    [InlineData("""{"field": "phone", "value": "+44 20 7946 0958"}""", true)]
    [InlineData("""{"field": "phone", "value": "no digits"}""", false)]
    [InlineData("""{"field": "phone", "op": "ne", "value": "no digits"}""", true)]
    [InlineData("""{"field": "status", "op": "in", "value": ["NEW", "CONTACTED"]}""", true)]
    [InlineData("""{"field": "status", "op": "nin", "value": ["NEW"]}""", false)]
    [InlineData("""{"field": "value", "op": "gte", "value": 1250}""", true)]
    [InlineData("""{"field": "value", "op": "gt", "value": 1250.00}""", false)]
    [InlineData("""{"field": "value", "op": "between", "value": [1000, 1250]}""", true)]
    [InlineData("""{"field": "value.currency", "value": "USD"}""", false)]
    [InlineData("""{"field": "score", "value": 0}""", true)]
    [InlineData("""{"field": "company", "op": "null", "value": true}""", true)]
    [InlineData("""{"field": "company", "op": "ne", "value": "Acme"}""", true)]
    [InlineData("""{"field": "company", "value": "Acme"}""", false)]
    [InlineData("""{"not": {"field": "company", "value": "Acme"}}""", true)]
    [InlineData("""{"field": "convertedAt", "op": "lt", "value": "2026-03-01T10:00:00+00:00"}""", true)]
    [InlineData("""{"field": "ownerId", "value": "019CA8D2-7C1F-7000-8000-000000000001"}""", true)]
    [InlineData("""{"field": "tags", "value": "vip"}""", true)]
    [InlineData("""{"field": "tags", "op": "nin", "value": ["old", "vip"]}""", false)]
    [InlineData("""{"field": "tags", "op": "null", "value": false}""", true)]
    [InlineData("""{"field": "customFields.tier", "value": "gold"}""", true)]
    [InlineData("""{"and": [{"field": "status", "value": "NEW"}, {"or": [{"field": "score", "op": "gt", "value": 5}, {"field": "tags", "value": "fair"}]}]}""", true)]
    [InlineData("null", true)]
    public void It_means_what_it_means_in_a_list(string filter, bool holds) => Parse(filter).Matches(Json(State)).ShouldBe(holds);

    [Theory]
    [InlineData("""{"field": "stranger", "value": 1}""", "filter.field")]
    [InlineData("""{"field": "createdAt", "op": "null", "value": false}""", "filter.field")]
    [InlineData("""{"and": [{"field": "status", "value": "NEVER"}]}""", "filter.and[0].value")]
    [InlineData("""{"field": "name", "op": "gt", "value": "a"}""", "filter.value")]
    [InlineData("""{"field": "before.name", "value": "a"}""", "filter.field")]
    [InlineData("[]", "filter")]
    public void What_lists_refuse_is_refused_and_so_is_what_no_state_has(string filter, string path)
    {
        var refused = Should.Throw<CrmException>(() => Parse(filter));
        refused.Code.ShouldBe("INVALID_QUERY");
        refused.Errors!.Keys.ShouldBe([path]);
    }

    [Fact]
    public void What_a_reference_is_below_is_no_state() =>
        Should.Throw<CrmException>(() => ConditionTree.Parse(new ProductResource(), Json("""{"field": "categoryId", "op": "under", "value": "019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1"}"""), Caller)).Errors!.Keys.ShouldBe(["filter.op"]);

    [Fact]
    public void What_a_customer_is_worth_by_its_deals_is_no_state() =>
        Should.Throw<CrmException>(() => ConditionTree.Parse(new CustomerResource(), Json("""{"field": "wonValue", "op": "gt", "value": 1}"""), Caller));

    [Fact]
    public void A_change_is_asked_for_before_and_after()
    {
        var tree = Parse("""{"and": [{"field": "before.status", "value": "CONTACTED"}, {"field": "status", "value": "NEW"}]}""", withBefore: true);
        tree.Matches(Json(State), Json("""{"status": "CONTACTED"}""")).ShouldBeTrue();
        tree.Matches(Json(State), Json(State)).ShouldBeFalse();
        tree.Matches(Json(State), null).ShouldBeFalse("a record that is new had nothing");
    }

    [Fact]
    public void It_says_which_part_failed_and_what_was_found()
    {
        var findings = Parse("""{"and": [{"field": "status", "value": "NEW"}, {"not": {"field": "value", "op": "gte", "value": 1000}}]}""").Explain(Json(State));
        findings.Select(f => (f.Path, f.Field, f.Op, f.Holds)).ShouldBe([("filter.and[0]", "status", "eq", true), ("filter.and[1].not", "value", "gte", true)]);
        findings[1].Expected.ShouldBe(["1000"]);
        findings[1].Found!.Value.GetProperty("amount").GetDecimal().ShouldBe(1250m);
    }

    [Fact]
    public void A_number_is_no_text_but_in_what_was_saved_before_that_was_said()
    {
        const string filter = """{"field": "externalId", "value": 4711}""";
        Should.Throw<CrmException>(() => Parse(filter)).Message.ShouldContain("must be a text");
        ConditionTree.Parse(Leads, Json(filter), Caller, isSaved: true).Matches(Json("""{"externalId": "4711"}""")).ShouldBeTrue();
    }

    private static ConditionTree Parse(string filter, bool withBefore = false) => ConditionTree.Parse(Leads, Json(filter), Caller, withBefore: withBefore);

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
