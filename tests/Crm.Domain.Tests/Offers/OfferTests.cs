using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Offers;
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Domain.Tests.Offers;

public sealed class OfferTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 3, 1);
    private static readonly OfferSetting Setting = new(new DocumentParty { Name = "Seller" }, new DocumentParty { Name = "Buyer", Email = "buyer@example.com" }, 30, Today, Now, TemplateUse.BuiltIn);

    [Fact]
    public void Whatever_is_taken_comes_to_what_a_document_of_just_these_lines_comes_to()
    {
        var cases = from prices in Gen.ListOf(Gen.Choose(0, 1_000_000), 6)
                    from taken in Gen.ListOf(Gen.Elements(true, false), 6)
                    from percent in Gen.Choose(0, 1_000)
                    select (prices, taken, percent);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var items = c.prices.Select((price, i) => Line(price / 100m, i % 2 == 0 ? 20 : 9)).ToList();
            ValueList<DocumentAdjustment> adjustments = [new DocumentAdjustment { Percent = c.percent / 10m }];
            var offer = Sent(Details([.. items.Take(2)], [.. items.Skip(2)]) with { Adjustments = adjustments });
            var chosen = offer.Details.OptionalItems.Where((_, i) => c.taken[i]).ToList();
            offer.Accept(Acceptance([.. chosen.Select(o => o.Id!.Value)]), Today).ShouldBeTrue();
            var alone = Offer.Draft(Guid.CreateVersion7(), Details([.. items.Take(2), .. items.Skip(2).Where((_, i) => c.taken[i])], []) with { Adjustments = adjustments }, Found());
            offer.Acceptance!.Total.ShouldBe(alone.Total);
            offer.Total.ShouldBe(Offer.Draft(Guid.CreateVersion7(), Details([.. items.Take(2)], []) with { Adjustments = adjustments }, Found()).Total);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void It_can_be_accepted_through_its_last_day()
    {
        var last = Today.AddDays(30);
        Sent().Accept(Acceptance([]), last).ShouldBeTrue();
        Refusal("OFFER_EXPIRED", () => Sent().Accept(Acceptance([]), last.AddDays(1)));
        var offer = Sent();
        offer.Expire(last, Now);
        offer.Status.ShouldBe(OfferStatus.Sent);
        offer.Expire(last.AddDays(1), Now);
        offer.Expire(last.AddDays(2), Now.AddDays(1));
        (offer.Status, offer.ClosedAt).ShouldBe((OfferStatus.Expired, Now));
        Refusal("OFFER_EXPIRED", () => offer.Decline(null, last, Now));
    }

    [Fact]
    public void The_same_acceptance_once_more_changes_nothing_whatever_the_order_of_its_items()
    {
        var offer = Sent(Details([Line(1, 20)], [Line(2, 20), Line(3, 20)]));
        Guid[] items = [.. offer.Details.OptionalItems.Select(o => o.Id!.Value)];
        offer.Accept(Acceptance([.. items]), Today).ShouldBeTrue();
        offer.Accept(Acceptance([.. items.Reverse()]) with { AcceptedAt = Now.AddDays(90) }, Today.AddDays(90)).ShouldBeFalse();
        offer.AcceptedAt.ShouldBe(Now);
        Refusal("INVALID_STATE", () => offer.Accept(Acceptance([items[0]]), Today));
    }

    [Fact]
    public void What_cannot_be_added_up_with_all_options_is_refused_before_it_is_offered()
    {
        var most = Line(9_999_999_999_999m, 20);
        Refusal("VALIDATION_FAILED", () => Offer.Draft(Guid.CreateVersion7(), Details([Line(5_000_000_000_000m, 20)], [most, most]), Found()));
    }

    [Fact]
    public void Only_what_was_sent_and_has_not_ended_well_has_a_next_version()
    {
        var draft = Offer.Draft(Guid.CreateVersion7(), Details([Line(1, 20)], []), Found());
        Refusal("INVALID_STATE", () => draft.NextVersion(Guid.CreateVersion7(), Now));
        var offer = Sent();
        var next = offer.NextVersion(Guid.CreateVersion7(), Now);
        (next.Number, next.Revision, next.OriginalOfferId, next.Total, next.Details.ValidUntil).ShouldBe((offer.Number, 2, offer.Id, offer.Total, null));
        var third = Send(next).NextVersion(Guid.CreateVersion7(), Now);
        third.OriginalOfferId.ShouldBe(offer.Id, "the first one, not the one before");
        offer.GiveWayTo(next, Now);
        offer.Status.ShouldBe(OfferStatus.Superseded);
        Refusal("INVALID_STATE", () => offer.NextVersion(Guid.CreateVersion7(), Now));
        Refusal("OFFER_WITHDRAWN", () => offer.Accept(Acceptance([]), Today));
        var accepted = Sent();
        accepted.Accept(Acceptance([]), Today);
        Refusal("INVALID_STATE", () => accepted.GiveWayTo(next, Now));
    }

    private static Offer Sent(OfferDetails? details = null) => Send(Offer.Draft(Guid.CreateVersion7(), details ?? Details([Line(100, 20)], []), Found()));

    private static Offer Send(Offer offer)
    {
        offer.Send(null, "OF-1", Guid.CreateVersion7(), Setting);
        return offer;
    }

    private static DocumentSetting Found() => new("EUR", "en", [], Today, Now);

    private static OfferDetails Details(ValueList<DocumentItem> lines, ValueList<DocumentItem> options) => new() { CustomerId = Guid.CreateVersion7(), LineItems = lines, OptionalItems = options };

    private static DocumentItem Line(decimal price, decimal percent) => new() { Name = "Item", UnitPrice = Money.Of(price, "EUR"), TaxCategory = TaxCategory.Standard, TaxPercent = percent };

    private static OfferAcceptance Acceptance(ValueList<Guid> items) => new() { Name = "Ada Byron", OptionalItems = items, AcceptedAt = Now };

    private static CrmException Refusal(string code, Action act)
    {
        var refusal = Should.Throw<CrmException>(act);
        refusal.Code.ShouldBe(code);
        return refusal;
    }
}
