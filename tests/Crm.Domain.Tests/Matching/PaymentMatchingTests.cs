using Crm.Domain.Common;
using Crm.Domain.Matching;
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Domain.Tests.Matching;

/// <summary>What is clear is matched, what is not is never guessed.</summary>
public sealed class PaymentMatchingTests
{
    private static readonly Guid Ada = new("00000000-0000-0000-0000-0000000000a1"), Bob = new("00000000-0000-0000-0000-0000000000b1");

    // What is open, or was, in most of these tests.
    private static readonly InvoiceFacts[] Books =
    [
        Invoice("2026-000001", 120, Ada), Invoice("2026-000002", 80, Ada), Invoice("2026-000003", 120, Bob), Invoice("INV-2026-000001", 55, Bob), Invoice("CN-2026-000009", 70, Bob),
        Invoice("2026-000004", 0, Ada) with { IsOpen = false }, Invoice("2026-000005", 33, Bob), Invoice("2026-000011", 120, Ada), Invoice("2026-000111", 99, Ada),
    ];

    [Theory]
    // By number: exact, in part, too much.
    [InlineData("2026-000002", 80, "2026-000002=80")]
    [InlineData("Invoice no. 2026-000002 of March", 80, "2026-000002=80")]
    [InlineData("2026000002", 80, "2026-000002=80")]
    [InlineData("2026/000002", 30, "2026-000002=30")]
    [InlineData("2026-000002", 100, "2026-000002=80")]
    [InlineData("RF232026000002", 80, "2026-000002=80")]
    [InlineData("inv-2026-000001", 55, "INV-2026-000001=55")]
    [InlineData("INV 2026 1", 10, "INV-2026-000001=10")]
    [InlineData("cn2026000009", 70, "CN-2026-000009=70")]
    // A series that is left out is found where no other has that number.
    [InlineData("2026-000009", 70, "CN-2026-000009=70")]
    [InlineData("2026-000001", 120, "2026-000001=120")]
    // Short numbers count when the amount says so too.
    [InlineData("2026-2", 80, "2026-000002=80")]
    [InlineData("2026-02", 79, "unmatched")]
    [InlineData("2026-1", 55, "INV-2026-000001=55")]
    [InlineData("2026-1", 54, "unmatched")]
    // Several.
    [InlineData("2026-000001 and 2026-000002", 200, "2026-000001=120 2026-000002=80")]
    [InlineData("2026-000001, 2026-000002", 250, "2026-000001=120 2026-000002=80")]
    [InlineData("2026-000001 2026-000002", 150, "ambiguous")]
    [InlineData("2026-000001 2026-000004", 120, "2026-000001=120")]
    // One number is no part of another.
    [InlineData("2026-000011", 120, "2026-000011=120")]
    [InlineData("12026-000011", 120, "unmatched")]
    // What is paid already is never taken for another.
    [InlineData("2026-000004", 33, "ambiguous")]
    // Nothing is said, or something else.
    [InlineData("thank you", 80, "unmatched")]
    [InlineData(null, 80, "unmatched")]
    [InlineData("2025-000002", 80, "unmatched")]
    public void A_text_leads_to_the_invoice_it_names(string? text, decimal amount, string expected) => Outcome(Payment(amount, text)).ShouldBe(expected);

    [Theory]
    [InlineData(80, true, null, null, "2026-000002=80")]
    [InlineData(80, false, "Ada Byron", null, "2026-000002=80")]
    [InlineData(80, false, "BYRON, ADA", null, "2026-000002=80")]
    [InlineData(80, false, "Charles", null, "unmatched")]
    [InlineData(80, false, null, "ada", "2026-000002=80")]
    [InlineData(79.99, true, "Ada Byron", null, "unmatched")]
    // Two of hers come to 120, one of Bob's does.
    [InlineData(120, true, null, null, "ambiguous")]
    [InlineData(120, false, "Ada Byron", null, "ambiguous")]
    [InlineData(120, false, "Bob Babbage", null, "2026-000003=120")]
    [InlineData(120, false, null, "bob", "2026-000003=120")]
    // Her account, and his name: that is not clear.
    [InlineData(80, true, "Bob Babbage", "bob", "ambiguous")]
    public void Without_a_number_the_amount_and_who_paid_decide(decimal amount, bool fromAdasAccount, string? name, string? stated, string expected) =>
        Outcome(Payment(amount, "Thanks", name, stated switch { "ada" => Ada, "bob" => Bob, _ => null }, fromAdasAccount ? [Ada] : [])).ShouldBe(expected);

    [Fact]
    public void A_number_counts_more_than_an_amount() => Outcome(Payment(80, "2026-000111", "Ada Byron", Ada, [Ada])).ShouldBe("2026-000111=80");

    [Fact]
    public void A_stated_customer_is_never_contradicted() => Outcome(Payment(80, "2026-000002", null, Bob, [])).ShouldBe("ambiguous");

    [Fact]
    public void Another_currency_is_never_touched() => Outcome(Payment(80, "2026-000002") with { Unallocated = Money.Of(80, "USD") }).ShouldBe("ambiguous");

    [Fact]
    public void A_name_decides_nothing_when_not_all_who_could_bear_it_were_looked_at()
    {
        PaymentMatching.Decide(Payment(80, null, "Ada Byron"), Books, isComplete: false).Outcome.ShouldBe(MatchOutcome.Ambiguous);
        PaymentMatching.Decide(Payment(80, null, null, null, [Ada]), Books, isComplete: false).Outcome.ShouldBe(MatchOutcome.Matched);
    }

    [Fact]
    public void A_known_account_and_its_owners_name_outweigh_a_namesake()
    {
        var namesake = Invoice("2026-000050", 80, Bob) with { CustomerName = "Ada Byron" };
        Outcome(Payment(80, null, "Ada Byron", null, [Ada]), [.. Books, namesake]).ShouldBe("2026-000002=80");
        Outcome(Payment(80, null, "Ada Byron"), [.. Books, namesake]).ShouldBe("ambiguous");
    }

    [Fact]
    public void What_is_offered_says_why_the_likeliest_first()
    {
        var offered = PaymentMatching.Candidates(Payment(120, "2026-1", "Ada Byron", null, [Ada]), Books);
        offered.Select(c => $"{c.Invoice.Number} {c.Score} {string.Join('+', c.Reasons)}").Take(3).ShouldBe(
        [
            "2026-000001 1 ShortNumber+ExactAmount+PayerAccount+PayerName", "2026-000011 0.80 ExactAmount+PayerAccount+PayerName", "2026-000002 0.45 PayerAccount+PayerName",
        ]);
        offered.ShouldAllBe(c => c.Score > 0 && c.Score <= 1 && c.Invoice.IsOpen);
    }

    [Fact]
    public void Whatever_is_written_and_open_nothing_exceeds_either_side_and_the_same_facts_decide_the_same()
    {
        var texts = Gen.Elements("2026-000001", "2026-1", "2026-000001 2026-000002", "INV-2026-000003", "inv2026000002 2026-000003", "", "Thanks");
        var invoices = Gen.ListOf(from n in Gen.Choose(1, 4) from series in Gen.Elements("", "INV-") from due in Gen.Choose(-2, 5) from open in Gen.Elements(true, true, false) from whose in Gen.Elements(Ada, Bob)
                                  select Invoice($"{series}2026-{n:000000}", due, whose) with { IsOpen = open });
        var cases = from all in invoices from text in texts from amount in Gen.Choose(0, 12) from known in Gen.Elements<Guid[]>([], [Ada], [Ada, Bob]) from name in Gen.Elements("Ada Byron", "Bob Babbage", null) from complete in Gen.Elements(true, false)
                    select (Invoices: all.ToList(), Payment: Payment(amount, text, name, null, known), IsComplete: complete);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var decision = PaymentMatching.Decide(c.Payment, c.Invoices, c.IsComplete);
            (decision.Shares.Count == 0).ShouldBe(decision.Outcome != MatchOutcome.Matched);
            decision.Shares.Sum(s => s.Amount.Amount).ShouldBeLessThanOrEqualTo(c.Payment.Unallocated.Amount);
            decision.Shares.Select(s => s.InvoiceId).Distinct().Count().ShouldBe(decision.Shares.Count);
            foreach (var share in decision.Shares)
            {
                var invoice = c.Invoices.First(i => i.InvoiceId == share.InvoiceId);
                invoice.IsOpen.ShouldBeTrue();
                share.Amount.Amount.ShouldBeInRange(0.01m, invoice.Due.Amount);
            }
            c.Invoices.Reverse();
            PaymentMatching.Decide(c.Payment, c.Invoices, c.IsComplete).Shares.ShouldBe(decision.Shares);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    private static string Outcome(PaymentFacts payment, IReadOnlyCollection<InvoiceFacts>? books = null)
    {
        var decision = PaymentMatching.Decide(payment, books ?? Books, isComplete: true);
        return decision.Outcome != MatchOutcome.Matched ? decision.Outcome.ToString().ToLowerInvariant()
            : string.Join(' ', decision.Shares.Select(s => $"{(books ?? Books).Single(i => i.InvoiceId == s.InvoiceId).Number}={Plain.Of(s.Amount.Amount)}"));
    }

    private static PaymentFacts Payment(decimal amount, string? text = null, string? name = null, Guid? customer = null, IReadOnlyList<Guid>? known = null) =>
        new(Guid.NewGuid(), Money.Of(amount, "EUR"), text, name, customer, known ?? []);

    private static InvoiceFacts Invoice(string number, decimal due, Guid customer) => new(Guid.NewGuid(), number, Money.Of(due, "EUR"), true, customer, customer == Ada ? "Ada Byron" : "Bob Babbage");
}
