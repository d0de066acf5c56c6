using Crm.Domain.Common;
using Crm.Domain.CustomFields;

namespace Crm.Domain.Tests.CustomFields;

public sealed class CustomFieldTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly CustomFieldDetails Tier = new() { Entity = "leads", Name = "tier", Type = CustomFieldType.Choice, Options = ["gold", "silver"] };

    [Theory]
    [InlineData("tier")]
    [InlineData("a")]
    [InlineData("net30Days")]
    [InlineData("currency")]
    public void A_name_is_a_camelCase_identifier(string name) => Define(Tier with { Name = name }).Details.Name.ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("Tier")]
    [InlineData("1st")]
    [InlineData("net_30")]
    [InlineData("net-30")]
    [InlineData("a.b")]
    [InlineData("тип")]
    [InlineData("a12345678901234567890123456789012345678901234567890")]
    public void Another_name_is_refused(string name) => Refused(Tier with { Name = name }, "name");

    [Fact]
    public void All_that_is_wrong_is_told_at_once() =>
        Should.Throw<CrmException>(() => Define(new CustomFieldDetails { Entity = "spaceships", Name = "9", Type = CustomFieldType.Number, Options = ["a"], Searchable = true, Default = CustomValue.Of("x") }))
            .Errors!.Keys.Order().ShouldBe(["default", "entity", "name", "options", "searchable"]);

    [Fact]
    public void Choices_have_options()
    {
        Refused(Tier with { Options = [] }, "options");
        Refused(Tier with { Options = ["gold", "gold"] }, "options");
        Refused(Tier with { Options = [""] }, "options");
        Refused(Tier with { Options = [new string('x', 101)] }, "options");
        Refused(Tier with { Options = ValueList.Of(Enumerable.Range(0, 501).Select(i => $"o{i}")) }, "options");
        Define(Tier with { Options = ValueList.Of(Enumerable.Range(0, 500).Select(i => $"o{i}")) });
        Refused(Tier with { Type = CustomFieldType.Text }, "options");
    }

    [Fact]
    public void A_reference_names_the_one_resource_it_refers_to()
    {
        var reference = Tier with { Type = CustomFieldType.Reference, Options = ["customers"] };
        Define(reference).Details.Target().ShouldBe("customers");
        Define(reference with { Options = ["team/members"] });
        Refused(reference with { Options = [] }, "options");
        Refused(reference with { Options = ["customers", "leads"] }, "options");
        Refused(reference with { Options = ["spaceships"] }, "options");
        Refused(reference with { Default = CustomValue.Of(Guid.NewGuid().ToString()) }, "default");
    }

    [Theory]
    [InlineData(CustomFieldType.Text, true)]
    [InlineData(CustomFieldType.Number, true)]
    [InlineData(CustomFieldType.Date, true)]
    [InlineData(CustomFieldType.Money, false)]
    [InlineData(CustomFieldType.Boolean, false)]
    public void What_can_be_told_apart_can_be_unique(CustomFieldType type, bool can)
    {
        var details = new CustomFieldDetails { Entity = "leads", Name = "code", Type = type, Unique = true };
        if (can) Define(details);
        else Refused(details, "unique");
    }

    [Fact]
    public void A_default_is_a_value_of_the_field()
    {
        Define(Tier with { Default = CustomValue.Of("silver") });
        Refused(Tier with { Default = CustomValue.Of("bronze") }, "default");
        Refused(Tier with { Default = CustomValue.Of(1m) }, "default");
        Refused(Tier with { Type = CustomFieldType.MultiChoice, Default = CustomValue.Of(ValueList<string>.Empty) }, "default");
        Refused(new CustomFieldDetails { Entity = "leads", Name = "code", Type = CustomFieldType.Text, Unique = true, Default = CustomValue.Of("x") }, "default");
    }

    [Theory]
    [InlineData("999999999999999", true)]
    [InlineData("1000000000000000", false)]
    [InlineData("0.000000000000001", true)]
    [InlineData("0.0000000000000001", false)]
    [InlineData("123456789.123456", true)]
    [InlineData("-1234567890.1234567", false)]
    [InlineData("12.500000000000000000", true)]
    public void A_number_has_what_any_JSON_parser_keeps(string number, bool taken) =>
        (new CustomFieldDetails { Entity = "leads", Name = "n", Type = CustomFieldType.Number }.Refusal(CustomValue.Of(decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture))) is null).ShouldBe(taken);

    [Fact]
    public void A_text_that_is_indexed_is_shorter()
    {
        var text = new CustomFieldDetails { Entity = "leads", Name = "t", Type = CustomFieldType.Text };
        text.Refusal(CustomValue.Of(new string('x', 20_000))).ShouldBeNull();
        text.Refusal(CustomValue.Of(new string('x', 20_001))).ShouldBe("must be at most 20000 characters");
        (text with { Indexed = true }).Refusal(CustomValue.Of(string.Concat(Enumerable.Repeat("😀", 500)))).ShouldBeNull();
        (text with { Unique = true }).Refusal(CustomValue.Of(new string('x', 501))).ShouldBe("must be at most 500 characters");
    }

    [Fact]
    public void Entity_type_and_what_a_reference_refers_to_never_change()
    {
        var field = Define(Tier);
        Should.Throw<CrmException>(() => field.Revise(Tier with { Entity = "deals", Type = CustomFieldType.MultiChoice })).Errors!.Keys.Order().ShouldBe(["entity", "type"]);
        var reference = Define(Tier with { Type = CustomFieldType.Reference, Options = ["customers"] });
        Should.Throw<CrmException>(() => reference.Revise(reference.Details with { Options = ["leads"] })).Errors!.Keys.ShouldBe(["options"]);
    }

    [Fact]
    public void Retiring_and_reinstating_are_told_once()
    {
        var field = Define(Tier);
        field.DrainEvents();
        field.Retire(Now);
        field.Retire(Now.AddDays(1));
        (field.IsInUse, field.RetiredAt).ShouldBe((false, Now));
        field.DrainEvents().ShouldBe([new CustomFieldRetired(field.Id)]);
        field.Reinstate();
        field.Reinstate();
        (field.IsInUse, field.RetiredAt).ShouldBe((true, null));
        field.DrainEvents().ShouldBe([new CustomFieldReinstated(field.Id)]);
    }

    [Fact]
    public void An_index_declared_at_once_is_whole_and_one_declared_later_is_begun_anew()
    {
        Define(Tier with { Indexed = true }).LacksValues.ShouldBeFalse();
        var field = Define(Tier);
        field.Revise(Tier with { Indexed = true });
        (field.Generation, field.LacksValues).ShouldBe((1, true));
        field.IndexIsBuilt();
        field.Revise(field.Details with { Label = "Tier" });
        (field.Generation, field.LacksValues).ShouldBe((1, false));
        field.Revise(field.Details with { Indexed = false });
        field.LacksValues.ShouldBeFalse();
        field.Revise(field.Details with { Indexed = true });
        (field.Generation, field.LacksValues).ShouldBe((2, true));
    }

    private static CustomField Define(CustomFieldDetails details) => CustomField.Define(Ids.New(Now), 7, details);

    private static void Refused(CustomFieldDetails details, string member) => Should.Throw<CrmException>(() => Define(details)).Errors!.Keys.ShouldContain(member);
}
