using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class CollectionTests
{
    [Fact]
    public void Tags_keep_their_order_and_the_first_of_equal_ones()
    {
        var tags = Tags.Of(["vip", "Sofia", "vip", "VIP", " vip"]);
        tags.ShouldBe(["vip", "Sofia", "VIP", " vip"]);
        tags.ShouldBe(Tags.Of(["vip", "Sofia", "VIP", " vip"]));
        tags.GetHashCode().ShouldBe(Tags.Of([.. tags]).GetHashCode());
        tags.Equals(Tags.Of(["Sofia", "vip", "VIP", " vip"])).ShouldBeFalse();
    }

    [Fact]
    public void No_tags_are_no_tags()
    {
        Tags.Of(null).ShouldBeSameAs(Tags.None);
        Tags.Of([]).ShouldBeSameAs(Tags.None);
        Tags.None.ShouldBeEmpty();
    }

    [Fact]
    public void A_hundred_tags_of_fifty_characters_are_the_most()
    {
        var hundred = Enumerable.Range(0, 100).Select(n => n.ToString("d50", null)).ToList();
        Tags.Of(hundred).Count.ShouldBe(100);
        Refusal(() => Tags.Of([.. hundred, hundred[0]])).ShouldBe("tags");
        Tags.Of([string.Concat(Enumerable.Repeat("😀", 50))]).Count.ShouldBe(1);
        Refusal(() => Tags.Of(["a", new string('b', 51)])).ShouldBe("tags[1]");
        Refusal(() => Tags.Of([null!])).ShouldBe("tags[0]");
    }

    [Fact]
    public void Lists_with_equal_elements_in_the_same_order_are_equal()
    {
        ValueList<string> list = ["a", "b"];
        list.ShouldBe(ValueList.Of(new List<string> { "a", "b" }));
        list.GetHashCode().ShouldBe(ValueList.Of(new List<string> { "a", "b" }).GetHashCode());
        list.Equals(["b", "a"]).ShouldBeFalse();
        (list.Count, list[1], list.ToString()).ShouldBe((2, "b", "[a, b]"));
        ValueList.Of<string>(null).ShouldBeSameAs(ValueList<string>.Empty);
    }

    [Fact]
    public void A_list_does_not_change_with_what_it_was_made_from()
    {
        var source = new[] { "a" };
        var list = ValueList.Of(source);
        source[0] = "b";
        list[0].ShouldBe("a");
    }

    [Fact]
    public void Maps_with_the_same_entries_are_equal_in_any_order()
    {
        var map = TextMap.Of(new Dictionary<string, string> { ["x"] = "1", ["linkedin"] = "2" });
        map.ShouldBe(TextMap.Of(new Dictionary<string, string> { ["linkedin"] = "2", ["x"] = "1" }));
        map.GetHashCode().ShouldBe(TextMap.Of(map.Reverse()).GetHashCode());
        map.Equals(TextMap.Of(new Dictionary<string, string> { ["linkedin"] = "2", ["x"] = "3" })).ShouldBeFalse();
        map.Keys.ShouldBe(["linkedin", "x"]);
        (map["x"], map.ContainsKey("X")).ShouldBe(("1", false));
        TextMap.Of(null).ShouldBeSameAs(TextMap.Empty);
    }

    [Fact]
    public void A_map_has_limits()
    {
        var most = Enumerable.Range(0, 50).ToDictionary(n => n.ToString("d50", null), _ => new string('v', 2000));
        TextMap.Of(most).Count.ShouldBe(50);
        Refusal(() => TextMap.Of(most.Append(new("one more", "")))).ShouldBe("socialLinks");
        Refusal(() => TextMap.Of([new(new string('k', 51), "")])).ShouldBe("socialLinks");
        Refusal(() => TextMap.Of([new("x", new string('v', 2001))])).ShouldBe("socialLinks.x");
        Refusal(() => TextMap.Of([new("x", null!)])).ShouldBe("socialLinks.x");
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("a😀b", 3)]
    [InlineData("😀😀", 2)]
    public void Characters_are_code_points(string text, int count)
    {
        Characters.Count(text).ShouldBe(count);
        Characters.Exceed(text, count).ShouldBeFalse();
        if (count > 0)
            Characters.Exceed(text, count - 1).ShouldBeTrue();
    }

    [Fact]
    public void A_lone_surrogate_is_one_character()
    {
        Characters.Count("\uD83D").ShouldBe(1);
        Characters.Count("\uDE00\uD83D").ShouldBe(2);
    }

    private static string Refusal(Action act) => Should.Throw<CrmException>(act).Errors.ShouldNotBeNull().Keys.Single();
}
