using System.Text;
using Crm.Application.Banking;
using Crm.Domain.Banking;
using Crm.Domain.Common;
using static Crm.Application.Tests.Banking.CamtExamples;

namespace Crm.Application.Tests.Banking;

/// <summary>What banks say in camt.053 is read whole, or the file is refused and says why.</summary>
public sealed class Camt053ReaderTests
{
    [Theory]
    [InlineData("02", "<Sts>BOOK</Sts>")]
    [InlineData("04", "<Sts>BOOK</Sts>")]
    [InlineData("08", "<Sts><Cd>BOOK</Cd></Sts>")]
    public void A_transfer_is_read_in_every_version(string version, string status)
    {
        var details = version == "08" ? Details.Replace("<Nm>Babbage &amp; Co</Nm>", "<Pty><Nm>Babbage &amp; Co</Nm></Pty>", StringComparison.Ordinal) : Details;
        var file = Camt053Reader.Read(File(Entry(status: status, more: details), version));
        file.Format.ShouldBe(BankStatementFormat.Camt053);
        var entry = file.Entries.ShouldHaveSingleItem();
        entry.ShouldSatisfyAllConditions(
            e => e.Account.ShouldBe(Iban), e => e.Amount.ShouldBe(Money.Of(120, "EUR")), e => e.IsCredit.ShouldBeTrue(), e => e.IsReversal.ShouldBeFalse(),
            e => e.BookedOn.ShouldBe(new DateOnly(2026, 3, 1)), e => e.ValueOn.ShouldBe(new DateOnly(2026, 3, 2)), e => e.BankReference.ShouldBe("B-1"), e => e.EndToEndId.ShouldBe("E2E-1"),
            e => e.CreditorReference.ShouldBe("RF18539007547034"), e => e.RemittanceText.ShouldBe("Invoice 2026- 000001"), e => e.CounterpartyName.ShouldBe("Babbage & Co"),
            e => e.CounterpartyIban.ShouldBe("DE89370400440532013000"), e => e.Outcome.ShouldBe(BankEntryOutcome.Payment), e => e.Reference.ShouldBe("RF18539007547034 | Invoice 2026- 000001 | E2E-1"));
        file.Statements.ShouldHaveSingleItem().ShouldBe(new AccountStatement("S-1", Iban, new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 1), null, null, 1));
    }

    [Fact]
    public void What_goes_out_names_who_was_paid_and_a_reversal_is_one()
    {
        var file = Camt053Reader.Read(File(Entry(way: "DBIT", more: Details) + Entry(way: "DBIT", more: "<AcctSvcrRef>X</AcctSvcrRef>").Replace("</CdtDbtInd>", "</CdtDbtInd><RvslInd>true</RvslInd>", StringComparison.Ordinal)));
        file.Entries.Select(e => (e.Outcome, e.CounterpartyName, e.CounterpartyIban, e.Change)).ShouldBe([(BankEntryOutcome.Outgoing, "Analytical Ltd", null, -120m), (BankEntryOutcome.Reversal, null, null, -120m)]);
    }

    [Fact]
    public void A_batch_falls_into_its_transactions_when_they_come_to_its_sum()
    {
        var file = Camt053Reader.Read(File(Entry("30.00", more: $"<AcctSvcrRef>B</AcctSvcrRef><NtryDtls>{Part("10.00", "one")}{Part("20.00", "two")}</NtryDtls>")));
        file.Entries.Select(e => $"{e.Amount} {e.RemittanceText} {e.BankReference}").ShouldBe(["10.00 EUR one B", "20.00 EUR two B"]);
        BankEntryKey.Of(file.Entries).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("10.00", "EUR")]
    [InlineData("20.00", "USD")]
    [InlineData("nonsense", "EUR")]
    public void A_batch_that_does_not_add_up_stays_one_entry_and_keeps_all_texts(string second, string currency)
    {
        var file = Camt053Reader.Read(File(Entry("30.00", more: $"<NtryDtls>{Part("10.00", "one")}{Part(second, "two", currency)}</NtryDtls>")));
        file.Entries.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Amount.ShouldBe(Money.Of(30, "EUR")), e => e.RemittanceText.ShouldBe("one | two"));
    }

    [Fact]
    public void What_is_not_booked_or_comes_to_nothing_is_passed_over()
    {
        var file = Camt053Reader.Read(File(Entry(status: "<Sts>PDNG</Sts>") + Entry(status: "<Sts><Cd>INFO</Cd></Sts>") + Entry("0.00") + Entry("1")));
        (file.Entries.Count, file.Skipped).ShouldBe((1, 3));
    }

    [Fact]
    public void Several_statements_keep_their_accounts()
    {
        var second = $"<Stmt><Id>S-2</Id><Acct><Id><Othr><Id>123 456</Id></Othr></Id></Acct>{Entry(currency: "USD")}</Stmt>";
        var file = Camt053Reader.Read(Document($"<Stmt><Id>S-1</Id><Acct><Id><IBAN>{Iban}</IBAN></Id></Acct></Stmt>{second}"));
        file.Statements.Select(s => $"{s.Reference} {s.Account} {s.Entries}").ShouldBe([$"S-1 {Iban} 0", "S-2 123456 1"]);
        file.Entries.ShouldHaveSingleItem().Account.ShouldBe("123456");
    }

    [Fact]
    public void Balances_and_entries_add_up_or_the_file_is_refused()
    {
        var entries = Entry("100.00") + Entry("30.00", "DBIT") + Entry("7.00", status: "<Sts>PDNG</Sts>");
        var statement = Camt053Reader.Read(File(entries, balances: Balance("OPBD", "20.00", "DBIT") + Balance("CLBD", "50.00") + Balance("CLAV", "1.00"))).Statements[0];
        (statement.OpeningBalance, statement.ClosingBalance).ShouldBe((Money.Of(-20, "EUR"), Money.Of(50, "EUR")));
        Camt053Reader.Read(File(entries, balances: Balance("PRCD", "0.00") + Balance("CLBD", "70.00"))).Statements.Count.ShouldBe(1);
        Refusal(File(entries, balances: Balance("OPBD", "20.00") + Balance("CLBD", "50.00"))).ShouldBe("statement 1, the balances: 20.00 EUR and the entries, 70.00, do not come to 50.00 EUR");
    }

    [Theory]
    [InlineData("1.001", "EUR", "decimals")]
    [InlineData("1.5", "JPY", "decimals")]
    [InlineData("12345678901234.00", "EUR", "10^13")]
    [InlineData("99999999999999999999999999999999999999", "EUR", "no number")]
    [InlineData("1e5", "EUR", "no number")]
    [InlineData("-5.00", "EUR", "below zero")]
    [InlineData("1,50", "EUR", "no number")]
    [InlineData("5.00", "EEK", "currency")]
    [InlineData("5.00", "eur", "currency")]
    [InlineData("5.00", "", "currency")]
    [InlineData("", "EUR", "no number")]
    public void An_amount_that_is_none_is_told(string amount, string currency, string why) => Refusal(File(Entry("1.00") + Entry(amount, currency: currency))).ShouldSatisfyAllConditions(r => r.ShouldStartWith("statement 1, entry 2: "), r => r.ShouldContain(why));

    [Theory]
    [InlineData("<Dt>2026-02-30</Dt>")]
    [InlineData("<Dt>01.03.2026</Dt>")]
    [InlineData("<Dt>2026-03-0</Dt>")]
    [InlineData("<Dt>2026-03-011</Dt>")]
    public void A_day_that_is_none_is_told(string booked) => Refusal(File(Entry(booked: booked).Replace("<ValDt><Dt>2026-03-02</Dt></ValDt>", "", StringComparison.Ordinal))).ShouldContain("BookgDt");

    [Fact]
    public void An_instant_is_its_day() => Camt053Reader.Read(File(Entry(booked: "<DtTm>2026-03-05T23:59:00+02:00</DtTm>"))).Entries[0].BookedOn.ShouldBe(new DateOnly(2026, 3, 5));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_up_to_a_limit()
    {
        Should.Throw<CrmException>(() => Camt053Reader.Read(File(Entry("x") + Entry(way: "SIDEWAYS") + Entry(status: "")))).Errors!["file"].ShouldBe(
        [
            "statement 1, entry 1: the amount is no number of a size that is taken", "statement 1, entry 2: has no CRDT or DBIT (CdtDbtInd)", "statement 1, entry 3: has no status (Sts)",
        ]);
        Should.Throw<CrmException>(() => Camt053Reader.Read(File(string.Concat(Enumerable.Repeat(Entry("x"), 100))))).Errors!["file"].Length.ShouldBe(20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<")]
    [InlineData("<Document/>")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"/>")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.02\"><x/></Document>")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"nonsense\"?><Document/>")]
    [InlineData("<!DOCTYPE Document [<!ENTITY x \"y\">]><Document>&x;</Document>")]
    [InlineData("<!DOCTYPE Document SYSTEM \"file:///etc/passwd\"><Document/>")]
    public void What_is_no_statement_is_refused(string xml) => Refusal(Encoding.UTF8.GetBytes(xml)).ShouldNotBeEmpty();

    [Fact]
    public void Bombs_are_refused_without_being_unpacked()
    {
        var entities = string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY e{i} \"{string.Concat(Enumerable.Repeat($"&e{i - 1};", 10))}\">"));
        Refusal(Encoding.UTF8.GetBytes($"<!DOCTYPE Document [<!ENTITY e0 \"lol\">{entities}]><Document>&e9;</Document>")).ShouldContain("document type");
        Refusal(File(string.Concat(Enumerable.Repeat("<a>", 200_000)))).ShouldContain("nested more than 40 deep");
        Refusal(File(Entry(more: $"<AddtlNtryInf>{new string('x', 10_001)}</AddtlNtryInf>"))).ShouldContain("more than 10000 characters");
        Should.Throw<CrmException>(() => Camt053Reader.Read(File(string.Concat(Enumerable.Repeat(Entry(), 5_001))))).Code.ShouldBe("PAYLOAD_TOO_LARGE");
        Should.Throw<CrmException>(() => Camt053Reader.Read(File(Entry(more: $"<NtryDtls>{string.Concat(Enumerable.Repeat("<TxDtls/>", 5_001))}</NtryDtls>")))).Code.ShouldBe("PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public void What_banks_add_in_their_own_namespace_and_long_texts_do_no_harm()
    {
        var file = Camt053Reader.Read(File(Entry(more: $"<x:Amt xmlns:x=\"urn:bank\" Ccy=\"USD\">7</x:Amt><AddtlNtryInf>{new string('я', 9_000)}</AddtlNtryInf>")));
        file.Entries[0].ShouldSatisfyAllConditions(e => e.Amount.ShouldBe(Money.Of(120, "EUR")), e => e.RemittanceText!.Length.ShouldBe(2_000));
    }

    [Fact]
    public void Without_an_account_nothing_is_known_of_an_entry() => Refusal(File(Entry(), account: "")).ShouldBe("statement 1, the account: has no number (Acct/Id)");

    private static string Refusal(byte[] content)
    {
        var refusal = Should.Throw<CrmException>(() => Camt053Reader.Read(content));
        refusal.Code.ShouldBe("VALIDATION_FAILED");
        return refusal.Errors!["file"][0];
    }
}
