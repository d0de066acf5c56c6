using Crm.Domain.Common;
using Crm.Domain.Deals;
using static Crm.Domain.Tests.Deals.DealExamples;

namespace Crm.Domain.Tests.Deals;

public sealed class DealValueTests
{
    private static Money Eur(decimal amount) => Money.Of(amount, "EUR");

    [Fact]
    public void The_value_is_the_sum_of_the_lines() =>
        Open(Details with { LineItems = [Line(Engine, 2), Line(Engine, 1.5m, Eur(10))] }).Details.Value.ShouldBe(Eur(215));

    [Fact]
    public void A_stated_value_stays_when_lines_change()
    {
        var deal = Open(Details with { Value = Eur(7), LineItems = [Line(Engine)] });
        deal.Revise(deal.Details with { LineItems = [Line(Engine, 5)] }, Setting(), valueSent: false);
        deal.Details.Value.ShouldBe(Eur(7));
    }

    [Fact]
    public void A_derived_value_follows_the_lines()
    {
        var deal = Open(Details with { LineItems = [Line(Engine)] });
        deal.Revise(deal.Details with { LineItems = [Line(Engine, 5)] }, Setting(), valueSent: false);
        deal.Details.Value.ShouldBe(Eur(500));
        ((Updated<Deal>)deal.DrainEvents()[0]).Members.ShouldBe(["value", "lineItems"], ignoreOrder: true);
    }

    [Fact]
    public void Null_hands_the_value_back_to_the_lines()
    {
        var deal = Open(Details with { Value = Eur(7), LineItems = [Line(Engine, 3)] });
        deal.Revise(deal.Details with { Value = null }, Setting(), valueSent: true);
        deal.Details.Value.ShouldBe(Eur(300));
        deal.ValueStated.ShouldBeFalse();
    }

    [Fact]
    public void A_derived_value_sent_back_as_answered_states_nothing()
    {
        var deal = Open(Details with { LineItems = [Line(Engine)] });
        deal.Revise(deal.Details with { Value = Eur(100) }, Setting(), valueSent: true);
        deal.ValueStated.ShouldBeFalse();
        deal.DrainEvents().ShouldBeEmpty();
    }

    [Fact]
    public void Without_value_and_lines_the_worth_is_unknown() => Open().Details.Value.ShouldBeNull();

    [Fact]
    public void Lines_in_two_currencies_need_a_stated_value()
    {
        ((Action)(() => Open(Details with { LineItems = [Line(Engine), Line(Mill)] }))).Refused(ErrorKind.Validation, "lineItems");
        Open(Details with { Value = Eur(1), LineItems = [Line(Engine), Line(Mill)] }).Details.Value.ShouldBe(Eur(1));
    }

    [Fact]
    public void A_sum_beyond_every_amount_is_refused() =>
        ((Action)(() => Open(Details with { LineItems = [Line(Engine, 1_000_000_000m, Eur(9_999_999))] }))).Refused(ErrorKind.Validation, "lineItems");

    [Fact]
    public void A_price_below_zero_is_refused_whoever_states_it()
    {
        ((Action)(() => Open(Details with { LineItems = [Line(Engine, 1, Eur(0)), Line(Engine, 1, Eur(-1))] }))).Refused(ErrorKind.Validation, "lineItems[1].unitPrice.amount");
        var deal = Open(Details with { LineItems = [Line(Engine, 1, Eur(1))] });
        ((Action)(() => deal.Revise(deal.Details with { LineItems = [deal.Details.LineItems[0] with { UnitPrice = Eur(-1) }] }, Setting(), valueSent: false))).Refused(ErrorKind.Validation, "lineItems[0].unitPrice.amount");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_000_001)]
    [InlineData(0.00001)]
    public void A_quantity_out_of_range_is_refused(double quantity) =>
        ((Action)(() => Open(Details with { LineItems = [Line(Engine), Line(Engine, (decimal)quantity)] }))).Refused(ErrorKind.Validation, "lineItems[1].quantity");

    [Fact]
    public void A_line_without_price_takes_that_of_its_product() =>
        Open(Details with { LineItems = [Line(Mill)] }).Details.LineItems[0].UnitPrice.ShouldBe(Money.Of(9, "USD"));

    [Fact]
    public void A_line_keeps_its_price_when_it_is_sent_again_without_one()
    {
        var deal = Open(Details with { LineItems = [Line(Engine, 1, Eur(80))] });
        deal.Revise(deal.Details with { LineItems = [Line(Engine, 3)] }, Setting(), valueSent: false);
        deal.Details.Value.ShouldBe(Eur(240));
    }

    [Fact]
    public void Lines_sent_again_keep_their_ids()
    {
        var deal = Open(Details with { LineItems = [Line(Engine, 1), Line(Engine, 2), Line(Mill, 3, Eur(1))] });
        var ids = deal.Details.LineItems.Select(l => l.Id).ToArray();
        deal.Revise(deal.Details with { LineItems = [Line(Mill, 3, Eur(1)), new LineItem { Id = ids[1], ProductId = Engine, Quantity = 9 }, Line(Mill, 1, Eur(2))] },
            Setting(), valueSent: false);
        deal.Details.LineItems.Select(l => l.Id).Take(2).ShouldBe([ids[2], ids[1]]);
        ids.ShouldNotContain(deal.Details.LineItems[2].Id);
    }

    [Fact]
    public void The_id_of_a_strange_line_is_refused() =>
        ((Action)(() => Open(Details with { LineItems = [Line(Engine) with { Id = Guid.CreateVersion7() }] }))).Refused(ErrorKind.Unprocessable, "lineItems[0].id");

    [Fact]
    public void A_line_named_twice_is_refused()
    {
        var deal = Open(Details with { LineItems = [Line(Engine)] });
        var line = deal.Details.LineItems[0];
        ((Action)(() => deal.Revise(deal.Details with { LineItems = [line, line] }, Setting(), false))).Refused(ErrorKind.Validation, "lineItems[1].id");
    }

    [Fact]
    public void A_quantity_is_the_same_however_many_zeros_it_has() => Line(Engine, 1.5000m).ShouldBe(Line(Engine, 1.5m));
}
