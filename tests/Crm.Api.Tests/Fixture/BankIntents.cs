using System.Text;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with statements of banks.</summary>
internal static class BankIntents
{
    /// <summary>The account of the organization.</summary>
    public const string Iban = "BG80BNBG96611020345678";

    /// <summary>The account of a payer.</summary>
    public const string PayerIban = "DE89370400440532013000";

    private const string Columns = """{"bookingDate": "Date", "amount": "Amount", "remittanceText": "Text", "counterpartyName": "Name", "counterpartyIban": "Account", "bankReference": "Ref"}""";

    /// <summary>Sends a CSV file: rows of day, amount, text, name, account and reference.</summary>
    public static Task<Reply> BankCsvAsync(this ApiClient client, IEnumerable<string> rows, string path = "/bank-statements", params (string Name, string Value)[] headers) =>
        client.PostAsync(path, FileIntents.Form(Encoding.UTF8.GetBytes("Date,Amount,Text,Name,Account,Ref\n" + string.Concat(rows.Select(r => r + "\n"))), "march.csv", [("iban", Iban), ("currency", "EUR"), ("columns", Columns)]), headers);

    /// <summary>Sends a CAMT.053 file of one statement with these entries.</summary>
    public static Task<Reply> CamtAsync(this ApiClient client, string entries, string path = "/bank-statements") => client.BankFileAsync(
        $"""<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>{Iban}</IBAN></Id></Acct>{entries}</Stmt></BkToCstmrStmt></Document>""", path);

    /// <summary>Sends a file that says everything itself.</summary>
    public static Task<Reply> BankFileAsync(this ApiClient client, string content, string path = "/bank-statements") => client.PostAsync(path, FileIntents.Form(Encoding.UTF8.GetBytes(content), "march.xml", []));

    /// <summary>An entry of a CAMT.053 file.</summary>
    public static string Entry(decimal amount, string text, string way = "CRDT", string reference = "") => FormattableString.Invariant(
        $"""<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-01</Dt></BookgDt>{(reference.Length == 0 ? "" : $"<AcctSvcrRef>{reference}</AcctSvcrRef>")}<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Babbage &amp; Co</Nm></Dbtr><DbtrAcct><Id><IBAN>{PayerIban}</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>""");

    /// <summary>How a statement was counted: entries, payments, duplicates, outgoing, reversals, skipped.</summary>
    public static string Counts(this Reply statement) => string.Join(' ', new[] { "entryCount", "paymentCount", "duplicateCount", "outgoingCount", "reversalCount", "skippedCount" }.Select(m => statement.Data[m]));

    /// <summary>The entries of a statement, as <c>PAYMENT 120.00 ALLOCATED</c>.</summary>
    public static async Task<IReadOnlyList<string>> EntriesAsync(this ApiClient client, Guid statement) =>
        [.. (await client.GetAsync($"/bank-statements/{statement}/entries")).ShouldBe(200).Items.Select(e => $"{e!["outcome"]} {e["amount"]!["amount"]!.ToJsonString()} {e["paymentStatus"]}".TrimEnd())];

    /// <summary>Waits until every payment of a statement is allocated.</summary>
    public static Task AllocatedAsync(this ApiClient client, Guid statement, int payments) => Eventually.Async(async () =>
        (await client.EntriesAsync(statement)).Count(e => e.EndsWith(" ALLOCATED", StringComparison.Ordinal)) == payments, "the payments of the statement are matched");

    /// <summary>The payments there are, as an exact count.</summary>
    public static async Task<int> PaymentCountAsync(this ApiClient client) => (int)(await client.GetAsync("/payments?count=exact&take=1")).ShouldBe(200).Meta["total"]!;

    /// <summary>The invoices that are offered for a payment, as <c>2026-000001 0.75</c>.</summary>
    public static async Task<IReadOnlyList<string>> OffersAsync(this ApiClient client, Guid payment) =>
        [.. (await client.GetAsync($"/payments/{payment}/matches")).ShouldBe(200).Items.Select(m => $"{m!["number"]} {m["score"]!.ToJsonString()} {string.Join('+', m["reasons"]!.AsArray().Select(r => (string)r!))}")];
}
