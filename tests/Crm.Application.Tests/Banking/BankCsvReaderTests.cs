using System.Text;
using Crm.Application.Banking;
using Crm.Domain.Banking;
using Crm.Domain.Common;

namespace Crm.Application.Tests.Banking;

/// <summary>Banks' CSV files differ in everything; what is stated is read, and nothing is guessed.</summary>
public sealed class BankCsvReaderTests
{
    private static readonly BankStatementDetails Form = new()
    {
        Name = "x", Iban = "BG80BNBG96611020345678", Currency = "EUR",
        Columns = TextMap.Of(new Dictionary<string, string> { ["bookingDate"] = "Date", ["amount"] = "Amount", ["remittanceText"] = "Text" }),
    };

    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void A_German_file_is_read_by_its_own_headings()
    {
        var form = Form with
        {
            Delimiter = ";", DateFormat = "dd.MM.yyyy", DecimalSeparator = ",", Iban = null, Currency = null,
            Columns = TextMap.Of(new Dictionary<string, string>
            {
                ["bookingDate"] = "buchungstag", ["valueDate"] = "Valuta", ["amount"] = "Betrag", ["currency"] = "Währung", ["iban"] = "Auftragskonto", ["remittanceText"] = "Verwendungszweck",
                ["counterpartyName"] = "Name", ["counterpartyIban"] = "Gegenkonto", ["bankReference"] = "Ref", ["endToEndId"] = "E2E", ["creditorReference"] = "RF",
            }),
        };
        var text = """
            Auftragskonto;Buchungstag;Valuta;Name;Verwendungszweck;Gegenkonto;Ref;E2E;RF;Betrag;Währung;Saldo
            DE89 3704 0044 0532 0130 00;01.03.2026;02.03.2026;"Müller; Söhne";"Rechnung ""2026-000001""
            vom 1.3.";AT611904300234573201;R1;NOTPROVIDED;RF18539007547034;1.234,50;eur;9,99
            DE89370400440532013000;01.03.2026;;Netto;;;;;;-5,00;EUR;9,99
            """;
        var file = Read(text, form, bom: true);
        file.Entries[0].ShouldSatisfyAllConditions(
            e => e.Account.ShouldBe("DE89370400440532013000"), e => e.Amount.ShouldBe(Money.Of(1234.50m, "EUR")), e => e.CounterpartyName.ShouldBe("Müller; Söhne"), e => e.BankReference.ShouldBe("R1"),
            e => e.RemittanceText.ShouldBe("Rechnung \"2026-000001\"\nvom 1.3."), e => e.EndToEndId.ShouldBeNull(), e => e.ValueOn.ShouldBe(new DateOnly(2026, 3, 2)), e => e.CreditorReference.ShouldBe("RF18539007547034"));
        file.Entries[1].ShouldSatisfyAllConditions(e => e.Outcome.ShouldBe(BankEntryOutcome.Outgoing), e => e.ValueOn.ShouldBeNull(), e => e.Change.ShouldBe(-5));
        file.Statements.ShouldHaveSingleItem().Entries.ShouldBe(2);
    }

    [Theory]
    [InlineData("10.00,", "10.00")]
    [InlineData(",10.00", "-10.00")]
    [InlineData(",-10.00", "-10.00")]
    [InlineData("10.00,0.00", "10.00")]
    [InlineData("0,0", null)]
    public void Two_columns_tell_which_way_it_went(string cells, string? expected)
    {
        var form = Form with { Columns = TextMap.Of(new Dictionary<string, string> { ["bookingDate"] = "Date", ["credit"] = "In", ["debit"] = "Out" }) };
        var file = Read($"Date,In,Out\n2026-03-01,{cells}\n", form);
        file.Entries.Select(e => e.Change.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(expected is null ? [] : [expected]);
        file.Skipped.ShouldBe(expected is null ? 1 : 0);
    }

    [Theory]
    [InlineData("1234.5", '.', "1234.5")]
    [InlineData("1,234.50", '.', "1234.50")]
    [InlineData("1'234'567.89", '.', "1234567.89")]
    [InlineData("1 234,50", ',', "1234.50")]
    [InlineData("1\u00A0234,50", ',', "1234.50")]
    [InlineData("1.234,50-", ',', "-1234.50")]
    [InlineData("+7", '.', "7")]
    [InlineData("−7", '.', "-7")]
    [InlineData("1,23", '.', null)]
    [InlineData("1.234.50", ',', null)]
    [InlineData("1.23.4", '.', null)]
    [InlineData("12,34,567", '.', null)]
    [InlineData(".50", '.', null)]
    [InlineData("5.", '.', null)]
    [InlineData("5 EUR", '.', null)]
    [InlineData("--5", '.', null)]
    [InlineData("", '.', null)]
    [InlineData("1e3", '.', null)]
    [InlineData("٣", '.', null)]
    [InlineData("123456789012345678901234567890", '.', null)]
    public void A_number_is_read_as_it_is_said_to_be_written(string text, char separator, string? expected) =>
        (CsvAmounts.TryRead(text, separator, out var amount) ? amount.ToString(System.Globalization.CultureInfo.InvariantCulture) : null).ShouldBe(expected);

    [Theory]
    [InlineData("Date,Amount,Text\n01.03.2026,5,x", "line 2: the bookingDate is no day written as yyyy-MM-dd")]
    [InlineData("Date,Amount,Text\n2026-02-30,5,x", "line 2: the bookingDate is no day written as yyyy-MM-dd")]
    [InlineData("Date,Amount,Text\n,5,x", "line 2: has no day of booking")]
    [InlineData("Date,Amount,Text\n2026-03-01,,x", "line 2: has no amount")]
    [InlineData("Date,Amount,Text\n2026-03-01", "line 2: has no amount")]
    [InlineData("Date,Amount,Text\n2026-03-01,\"5,00\",x", "line 2: the amount is no number with a point before its decimals: state decimalSeparator if it is written in another way")]
    [InlineData("Date,Amount,Text\n2026-03-01,5.001,x", "line 2: An amount in EUR has at most 2 decimals.")]
    [InlineData("Date,Amount,Text\n2026-03-01,12345678901234,x", "line 2: The amount must lie between -10^13 and 10^13, both excluded.")]
    [InlineData("Date,Amount,Text\n2026-03-01,5,\"x", "line 2: a quote does not end")]
    [InlineData("Date,Amount,Text\n2027-03-01,5,x", "entry 1: was booked on 2027-03-01, which is ahead of today")]
    [InlineData("", "has no line of headings")]
    public void A_file_that_cannot_be_read_says_where(string text, string expected) =>
        Should.Throw<CrmException>(() => Read(text, Form)).Errors!["file"][0].ShouldBe(expected);

    [Fact]
    public void Headings_must_be_there_once()
    {
        var refusal = Should.Throw<CrmException>(() => Read("Date,Text,Text\n", Form));
        refusal.Errors!.Keys.Order().ShouldBe(["columns.amount", "columns.remittanceText"]);
        Should.Throw<CrmException>(() => Read("Date,Amount\n", Form with { Columns = TextMap.Empty })).Errors!["file"][0].ShouldContain("state columns");
        Should.Throw<CrmException>(() => Read("Date\n", Form with { Columns = TextMap.Of(new Dictionary<string, string> { ["amount"] = "Amount" }) })).Errors!.Keys.ShouldBe(["columns.bookingDate"]);
    }

    [Fact]
    public void Encodings_are_told_by_their_mark_and_never_guessed()
    {
        var text = "Date,Amount,Text\n2026-03-01,5,Плащане\n";
        foreach (var encoding in new Encoding[] { new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true) })
            BankStatementReading.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(text)], Form, Today).Entries[0].RemittanceText.ShouldBe("Плащане");
        Should.Throw<CrmException>(() => BankStatementReading.Read([.. "Date,Amount,Text\n2026-03-01,5,"u8, 0xEF, 0xE0], Form, Today)).Errors!["file"][0].ShouldContain("UTF-8");
        Should.Throw<CrmException>(() => Read("Date,Amount,Text\n2026-03-01,5,a\0b", Form)).Errors!["file"][0].ShouldContain("control characters");
    }

    [Fact]
    public void Nothing_is_read_without_end()
    {
        Should.Throw<CrmException>(() => Read("Date,Amount,Text\n" + string.Concat(Enumerable.Repeat("2026-03-01,5,x\n", 5_001)), Form)).Code.ShouldBe("PAYLOAD_TOO_LARGE");
        Should.Throw<CrmException>(() => Read($"Date,Amount,Text\n2026-03-01,5,{new string('x', 10_001)}", Form)).Errors!["file"][0].ShouldContain("more than 10000 characters");
        Should.Throw<CrmException>(() => Read(new string(',', 500), Form)).Errors!["file"][0].ShouldContain("more than 200 cells");
    }

    [Fact]
    public void Equal_entries_of_a_day_are_told_apart_and_overlapping_files_bring_each_once()
    {
        var first = BankEntryKey.Of(Read("Date,Amount,Text\n2026-03-01,5,x\n2026-03-01,5,x\n", Form).Entries);
        var second = BankEntryKey.Of(Read("Date,Amount,Text\n2026-03-01,5,x\n2026-03-01,5,x\n2026-03-01,5,x\n2026-03-02,5,x\n", Form).Entries);
        first.Distinct().Count().ShouldBe(2);
        second.Except(first).Count().ShouldBe(2);
        first.Except(second).ShouldBeEmpty();
    }

    private static StatementFile Read(string text, BankStatementDetails form, bool bom = false) => BankStatementReading.Read([.. bom ? [0xEF, 0xBB, 0xBF] : Array.Empty<byte>(), .. Encoding.UTF8.GetBytes(text)], form, Today);
}
