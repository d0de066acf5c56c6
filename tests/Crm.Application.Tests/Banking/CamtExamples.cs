using System.Text;

namespace Crm.Application.Tests.Banking;

/// <summary>Bank to customer statements for tests, in the forms that the versions of the message have.</summary>
internal static class CamtExamples
{
    public const string Iban = "BG80BNBG96611020345678";

    /// <summary>A file of one statement with these entries.</summary>
    public static byte[] File(string entries, string version = "02", string balances = "", string account = $"<Id><IBAN>{Iban}</IBAN></Id>") => Document($"<Stmt><Id>S-1</Id><Acct>{account}</Acct>{balances}{entries}</Stmt>", version);

    /// <summary>A file of these statements.</summary>
    public static byte[] Document(string statements, string version = "02") => Encoding.UTF8.GetBytes(
        $"""<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>{statements}</BkToCstmrStmt></Document>""");

    /// <summary>An entry; <paramref name="more"/> is what follows the dates.</summary>
    public static string Entry(string amount = "120.00", string way = "CRDT", string status = "<Sts>BOOK</Sts>", string more = "", string currency = "EUR", string booked = "<Dt>2026-03-01</Dt>") =>
        $"""<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{status}<BookgDt>{booked}</BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>{more}</Ntry>""";

    /// <summary>A balance.</summary>
    public static string Balance(string code, string amount, string way = "CRDT") =>
        $"""<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>""";

    /// <summary>The details of a transfer, as versions 02 and 04 write them.</summary>
    public const string Details = """
        <NtryDtls><TxDtls>
          <Refs><AcctSvcrRef>B-1</AcctSvcrRef><EndToEndId>E2E-1</EndToEndId></Refs>
          <RltdPties><Dbtr><Nm>Babbage &amp; Co</Nm></Dbtr><DbtrAcct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id></DbtrAcct><Cdtr><Nm>Analytical Ltd</Nm></Cdtr></RltdPties>
          <RmtInf><Ustrd>Invoice 2026-</Ustrd><Ustrd>000001</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>
        </TxDtls></NtryDtls>
        """;

    /// <summary>One of several transactions that an entry stands for.</summary>
    public static string Part(string amount, string text, string currency = "EUR") =>
        $"""<TxDtls><Refs><EndToEndId>{text}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>""";
}
