using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public sealed class CustomValuesTests
{
    [Fact]
    public void Values_that_say_the_same_are_equal()
    {
        CustomValue.Of(1.50m).ShouldBe(CustomValue.Of(1.5m));
        CustomValue.Of(1.50m).ToString().ShouldBe("1.5");
        CustomValue.Of("1.5").ShouldNotBe(CustomValue.Of(1.5m));
        CustomValue.Of(ValueList.Of(["a", "b"])).ShouldBe(CustomValue.Of(ValueList.Of(["a", "b"])));
        CustomValue.Of(Money.Of(1m, "EUR")).ShouldBe(CustomValue.Of(Money.Of(1.00m, "EUR")));
    }

    [Fact]
    public void Records_with_the_same_entries_are_equal_in_whatever_order_they_were_given()
    {
        var (one, other) = (Of((2, "b"), (1, "a")), Of((1, "a"), (2, "b")));
        one.ShouldBe(other);
        one.GetHashCode().ShouldBe(other.GetHashCode());
        one.ShouldNotBe(Of((1, "a")));
        one.ShouldNotBe(Of((1, "a"), (2, "c")));
    }

    [Fact]
    public void Null_takes_a_value_away_and_the_others_stay()
    {
        var values = Of((1, "a"), (2, "b"));
        values.With([KeyValuePair.Create(1, (CustomValue?)null), KeyValuePair.Create(3, (CustomValue?)CustomValue.Of("c"))]).ShouldBe(Of((2, "b"), (3, "c")));
        values.ShouldBe(Of((1, "a"), (2, "b")));
    }

    [Fact]
    public void What_nobody_was_asked_about_is_told_from_what_is_empty()
    {
        CustomValues.Of([]).ShouldBe(CustomValues.Unstated);
        CustomValues.Of([]).IsUnstated.ShouldBeFalse();
        CustomValues.Unstated.IsUnstated.ShouldBeTrue();
    }

    private static CustomValues Of(params (int Number, string Text)[] entries) =>
        CustomValues.Of(entries.Select(e => KeyValuePair.Create(e.Number, (CustomValue?)CustomValue.Of(e.Text))));
}
