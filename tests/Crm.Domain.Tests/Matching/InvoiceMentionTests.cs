using Crm.Domain.Matching;

namespace Crm.Domain.Tests.Matching;

/// <summary>Payers write an invoice's number in many ways, and other numbers too.</summary>
public sealed class InvoiceMentionTests
{
    [Theory]
    [InlineData("2026-000017", "2026-17 whole")]
    [InlineData("Invoice 2026-000017, thank you", "2026-17 whole after INVOICE")]
    [InlineData("INV-2026-000017", "2026-17 whole after INV")]
    [InlineData("inv2026000017", "2026-17 whole after INV")]
    [InlineData("Rechnung INV 2026 000017 vom 1.3.", "2026-17 whole after RECHNUNGINV")]
    [InlineData("INV/2026/17", "2026-17 short after INV")]
    [InlineData("re: 2026 / 00017", "2026-17 short after RE")]
    [InlineData("фактура № 2026-000017", "2026-17 whole after ФАКТУРА")]
    [InlineData("RF182026000017", "2026-17 whole after RF18")]
    [InlineData("2026-000017 2026-000018", "2026-17 whole", "2026-18 whole after 2026000017")]
    [InlineData("2026-000017+2026-000017", "2026-17 whole", "2026-17 whole after 2026000017")]
    [InlineData("2026-1000000", "2026-1000000 whole")]
    public void A_number_is_read_however_it_is_written(string text, params string[] expected) =>
        InvoiceMention.In(text).Select(m => $"{m.Key} {(m.IsWhole ? "whole" : "short")}{(m.Before.Length == 0 ? "" : $" after {m.Before}")}").ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Thank you")]
    [InlineData("2026")]
    [InlineData("of 2026-03-15")]
    [InlineData("paid on 15.03.2026 12")]
    [InlineData("DE89370400440532013000")]
    [InlineData("1999-000017")]
    [InlineData("2026-000000")]
    [InlineData("2026 and then 17")]
    [InlineData("99992026000017")]
    [InlineData("20260000000000000000017")]
    public void Other_numbers_are_none(string? text) => InvoiceMention.In(text).ShouldBeEmpty();

    [Fact]
    public void A_text_full_of_numbers_gives_a_bounded_list() =>
        InvoiceMention.In(string.Join(' ', Enumerable.Range(1, 5_000).Select(i => $"2026-{i:000000}"))).Count.ShouldBe(50);

    [Theory]
    [InlineData("INV-2026-000001", "INV")]
    [InlineData("a/b.2026-000001", "AB")]
    [InlineData("2026-000001", "")]
    public void The_series_is_what_comes_before_the_year(string number, string series) => InvoiceKey.SeriesOf(number).ShouldBe(series);

    [Theory]
    [InlineData("Babbage & Co", "BABBAGE & CO.", 1.0)]
    [InlineData("Babbage GmbH", "babbage g.m.b.h.", 1.0)]
    [InlineData("Ada Byron", "BYRON ADA", 1.0)]
    [InlineData("Müller AG", "Muller", 1.0)]
    [InlineData("Аналитика ЕООД", "АНАЛИТИКА", 1.0)]
    [InlineData("Łukasz Żółć", "LUKASZ ZOLC", 1.0)]
    [InlineData("Müller", "MUELLER", 0.8)]
    [InlineData("Babbage", "Kurt", 0.0)]
    [InlineData(null, "Babbage", 0.0)]
    [InlineData("GmbH", "GmbH", 1.0)]
    public void Names_are_compared_without_their_form(string? one, string? other, double expected) => ((double)NameSimilarity.Of(one, other)).ShouldBe(expected);

    [Fact]
    public void A_slip_of_the_pen_leaves_names_alike_and_another_name_does_not()
    {
        NameSimilarity.Of("Analytical Engines", "Analytcal Engines").ShouldBeGreaterThan(PaymentMatching.AlikeNames);
        NameSimilarity.Of("Analytical Engines", "Analogue Machines").ShouldBeLessThan(PaymentMatching.AlikeNames);
    }
}
