using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;
using Crm.Domain.Leads;

namespace Crm.Application.Tests.Binding;

public sealed class CustomFieldBindingTests
{
    private const int Tier = 1, Score = 2, Note = 3, Gone = 4, Flag = 5, Price = 6, Day = 7, Colours = 8, Account = 9;
    private static readonly RecordBinder Leads = new(new LeadResource());

    private static readonly Caller Caller = Callers.Owner() with
    {
        CustomFields = new CustomFieldSet(9,
        [
            Field(Tier, "tier", CustomFieldType.Choice, d => d with { Options = ["gold", "silver"], Required = true, Default = CustomValue.Of("silver") }),
            Field(Score, "score", CustomFieldType.Number, d => d with { Required = true }),
            Field(Note, "note", CustomFieldType.Text),
            Field(Gone, "gone", CustomFieldType.Text, inUse: false),
            Field(Flag, "flag", CustomFieldType.Boolean),
            Field(Price, "price", CustomFieldType.Money),
            Field(Day, "day", CustomFieldType.Date),
            Field(Colours, "colours", CustomFieldType.MultiChoice, d => d with { Options = ["red", "blue"] }),
            Field(Account, "account", CustomFieldType.Reference, d => d with { Options = ["customers"] }),
        ]),
    };

    [Fact]
    public void A_new_record_gets_what_is_sent_and_the_defaults_of_the_rest()
    {
        var values = Create("""{"score": 1.50, "note": " x ", "flag": false, "price": {"amount": 12.5, "currency": "EUR"}, "day": "2026-03-01", "colours": ["red", "red"], "account": "019CA8D2-7C1F-7000-8000-000000000001"}""");
        values[Tier].ShouldBe(CustomValue.Of("silver"));
        values[Score].ShouldBe(CustomValue.Of(1.5m));
        values[Note].ShouldBe(CustomValue.Of(" x "));
        values[Flag].ShouldBe(CustomValue.Of(false));
        values[Price].ShouldBe(CustomValue.Of(Money.Of(12.50m, "EUR")));
        values[Day].ShouldBe(CustomValue.Of("2026-03-01"));
        values[Colours].ShouldBe(CustomValue.Of(ValueList.Of(["red"])));
        values[Account].ShouldBe(CustomValue.Of("019ca8d2-7c1f-7000-8000-000000000001"));
    }

    [Theory]
    [InlineData("""{}""", "score", "is required")]
    [InlineData("""{"score": null}""", "score", "is required and must not be null")]
    [InlineData("""{"score": "1"}""", "score", "must be a number")]
    [InlineData("""{"score": 1e16}""", "score", "must be a number below 10^15 of at most 15 significant digits")]
    [InlineData("""{"score": 1, "tier": null}""", "tier", "is required and must not be null")]
    [InlineData("""{"score": 1, "tier": "bronze"}""", "tier", "must be one of gold, silver")]
    [InlineData("""{"score": 1, "note": 5}""", "note", "must be text")]
    [InlineData("""{"score": 1, "note": "a\u0000b"}""", "note", "must be Unicode text without U+0000 and lone surrogates")]
    [InlineData("""{"score": 1, "flag": "true"}""", "flag", "must be true or false")]
    [InlineData("""{"score": 1, "price": 5}""", "price", """must be {"amount": …, "currency": …}""")]
    [InlineData("""{"score": 1, "price": {"amount": 1.234, "currency": "EUR"}}""", "price.amount", "An amount in EUR has at most 2 decimals.")]
    [InlineData("""{"score": 1, "day": "2026-02-30"}""", "day", "must be a date as YYYY-MM-DD")]
    [InlineData("""{"score": 1, "colours": ["red", "green"]}""", "colours[1]", "must be one of red, blue")]
    [InlineData("""{"score": 1, "colours": "red"}""", "colours", "must be a list")]
    [InlineData("""{"score": 1, "account": "nobody"}""", "account", "must be a UUID")]
    [InlineData("""{"score": 1, "gone": "x"}""", "gone", "is not defined")]
    [InlineData("""{"score": 1, "unheardOf": "x"}""", "unheardOf", "is not defined")]
    [InlineData("""{"score": 1, "score": 2}""", "score", "is given more than once")]
    public void What_does_not_fit_is_named(string customFields, string member, string message) =>
        Errors(() => Create(customFields)).ShouldContainKeyAndValue($"customFields.{member}", message);

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_the_rest_of_the_body() =>
        Errors(() => Leads.Details(Json("""{"email": "nope", "customFields": {"tier": 1, "note": true, "x": 1}}"""), Caller)).Keys.Order()
            .ShouldBe(["customFields.note", "customFields.score", "customFields.tier", "customFields.x", "email", "name"]);

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    public void They_are_an_object(string json) => Errors(() => Create(json)).ShouldContainKeyAndValue("customFields", "must be an object");

    [Fact]
    public void A_patch_merges_and_null_clears_one()
    {
        var before = Of((Tier, "gold"), (Note, "old"), (Gone, "kept"));
        Patched(before, """{"customFields": {"note": null, "tier": "silver"}}""").ShouldBe(Of((Tier, "silver"), (Gone, "kept")));
        Patched(before, """{"name": "Other"}""").ShouldBe(before);
        Patched(before, """{"customFields": {}}""").ShouldBe(before);
        Patched(before, """{"customFields": {"colours": []}}""").ShouldBe(before);
        Errors(() => Patched(before, """{"customFields": {"tier": null}}""")).ShouldContainKey("customFields.tier");
    }

    [Fact]
    public void A_replacement_leaves_nothing_but_what_retired_fields_have()
    {
        var before = Of((Tier, "gold"), (Note, "old"), (Gone, "kept"));
        Patched(before, """{"name": "x", "customFields": {"score": 3}}""", replaces: true)
            .ShouldBe(before.With([new(Tier, CustomValue.Of("silver")), new(Score, CustomValue.Of(3m)), new(Note, null)]));
        Errors(() => Patched(before, """{"name": "x"}""", replaces: true)).ShouldContainKey("customFields.score");
    }

    [Fact]
    public void The_texts_of_a_record_have_a_limit_together()
    {
        var caller = Caller with { CustomFields = new CustomFieldSet(1, Enumerable.Range(1, 6).Select(i => Field(i, $"t{i}", CustomFieldType.Text))) };
        var values = Enumerable.Range(1, 6).ToDictionary(i => $"t{i}", _ => new string('x', 20_000));
        Errors(() => Leads.Details(JsonSerializer.SerializeToElement(new { name = "x", customFields = values }), caller)).ShouldContainKeyAndValue("customFields", "must have at most 100000 characters together");
    }

    [Fact]
    public void Without_definitions_there_is_only_the_empty_object()
    {
        var caller = Callers.Owner();
        ((LeadDetails)Leads.Details(Json("""{"name": "x", "customFields": {}}"""), caller)).CustomFields.Count.ShouldBe(0);
        Errors(() => Leads.Details(Json("""{"name": "x", "customFields": {"tier": 1}}"""), caller)).ShouldContainKeyAndValue("customFields.tier", "is not defined");
    }

    private static CustomFieldDefinition Field(int number, string name, CustomFieldType type, Func<CustomFieldDetails, CustomFieldDetails>? more = null, bool inUse = true)
    {
        var details = new CustomFieldDetails { Entity = "leads", Name = name, Type = type };
        return new(number, more is null ? details : more(details), inUse, 0, true);
    }

    private static CustomValues Create(string customFields) => ((LeadDetails)Leads.Details(Json("{\"name\": \"x\", \"customFields\": " + customFields + "}"), Caller)).CustomFields;

    private static CustomValues Patched(CustomValues before, string body, bool replaces = false) =>
        ((Patch<LeadDetails>)Leads.Patch(Json(body), Caller, replaces)).ApplyTo(new LeadDetails { Name = "x", CustomFields = before }).CustomFields;

    private static CustomValues Of(params (int Number, string Text)[] entries) => CustomValues.Of(entries.Select(e => KeyValuePair.Create(e.Number, (CustomValue?)CustomValue.Of(e.Text))));

    private static Dictionary<string, string> Errors(Action act) => Should.Throw<CrmException>(act).Errors!.ToDictionary(e => e.Key, e => e.Value[0]);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
