using System.Text;
using System.Xml;
using Crm.Domain.Banking;
using Crm.Domain.Common;

namespace Crm.Application.Banking;

/// <summary>
/// Reads bank to customer statements (ISO 20022 camt.053.001.02 to .08), element by element: nothing is resolved or expanded, nothing is kept but the values that are looked for. Elements of other
/// namespaces, with which banks say more, are passed over.
/// </summary>
internal sealed class Camt053Reader
{
    private const int Deepest = 40;
    private const string Root = "BkToCstmrStmt", Statement = Root + "/Stmt", Balance = Statement + "/Bal", Entry = Statement + "/Ntry", Transaction = Entry + "/NtryDtls/TxDtls";

    private static readonly string[] Namespaces = [.. Enumerable.Range(2, 7).Select(version => FormattableString.Invariant($"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:00}"))];

    private readonly XmlReader _xml;
    private readonly StatementComplaints _complaints = new();
    private readonly Stack<string> _paths = new();
    private readonly StringBuilder _text = new();
    private readonly List<AccountStatement> _finished = [];
    private readonly List<BankEntry> _entries = [];
    private CamtStatement? _statement;
    private CamtValues? _balance;
    private CamtEntry? _entry;
    private string? _currency;
    private bool _isLeaf;
    private int _skipped, _transactions;

    private Camt053Reader(XmlReader xml) => _xml = xml;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>file</c>: it is no such file, or says what cannot be; PAYLOAD_TOO_LARGE: it has too many entries.</exception>
    public static StatementFile Read(byte[] content)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = StatementLimits.Bytes, MaxCharactersFromEntities = 1_024, IgnoreComments = true,
            IgnoreProcessingInstructions = true, IgnoreWhitespace = true, CloseInput = true,
        };
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(content, writable: false), settings);
            return new Camt053Reader(xml).Read();
        }
        catch (XmlException e)
        {
            throw BankStatementErrors.Unreadable(FormattableString.Invariant($"line {e.LineNumber}, position {e.LinePosition}: is no well-formed XML in an encoding that is known, or has a document type, which is not taken"));
        }
    }

    private StatementFile Read()
    {
        if (_xml.MoveToContent() != XmlNodeType.Element || _xml.LocalName != "Document" || !Namespaces.Contains(_xml.NamespaceURI))
            throw BankStatementErrors.Unreadable("is no Document of camt.053.001.02 to camt.053.001.08");
        var own = _xml.NamespaceURI;
        while (_xml.Read())
            switch (_xml.NodeType)
            {
                case XmlNodeType.Element:
                    Open(_xml.NamespaceURI == own ? _xml.LocalName : "?");
                    if (_xml.IsEmptyElement) Close();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    if (_text.Length + _xml.Value.Length > StatementLimits.Text) throw BankStatementErrors.Unreadable(Where($"has a text of more than {StatementLimits.Text} characters"));
                    _text.Append(_xml.Value);
                    break;
                case XmlNodeType.EndElement when _paths.Count > 0:
                    Close();
                    break;
            }
        if (_finished.Count == 0) _complaints.Add("the file", "has no statement (BkToCstmrStmt/Stmt)");
        _complaints.Throw();
        return new StatementFile(BankStatementFormat.Camt053, _finished, _entries, _skipped);
    }

    private void Open(string name)
    {
        if (_paths.Count >= Deepest) throw BankStatementErrors.Unreadable(Where($"is nested more than {Deepest} deep"));
        var path = _paths.TryPeek(out var parent) ? $"{parent}/{name}" : name;
        _paths.Push(path);
        (_isLeaf, _currency) = (true, _xml.GetAttribute("Ccy"));
        _text.Clear();
        switch (path)
        {
            case Statement:
                _statement = new CamtStatement(_finished.Count + 1, _complaints);
                break;
            case Balance:
                _balance = new CamtValues();
                break;
            case Entry:
                _entry = new CamtEntry();
                if (++_transactions > StatementLimits.Entries) throw TooMany();
                break;
            case Transaction:
                _entry!.Transactions.Add(new CamtValues());
                if (_entry.Transactions.Count > 1 && ++_transactions > StatementLimits.Entries) throw TooMany();
                break;
        }
    }

    private void Close()
    {
        var path = _paths.Pop();
        if (_isLeaf) Keep(path, _text.ToString());
        (_isLeaf, _currency) = (false, null);
        _text.Clear();
        switch (path)
        {
            case Balance:
                _statement!.AddBalance(_balance!);
                _balance = null;
                break;
            case Entry:
                _statement!.AddEntry(_entry!);
                _entry = null;
                break;
            case Statement:
                _finished.Add(_statement!.Finish());
                _entries.AddRange(_statement.Entries);
                _skipped += _statement.Skipped;
                _statement = null;
                break;
        }
    }

    private void Keep(string path, string text)
    {
        if (path.StartsWith(Transaction + "/", StringComparison.Ordinal)) _entry!.Transactions[^1].Add(path[(Transaction.Length + 1)..], text, _currency);
        else if (path.StartsWith(Entry + "/", StringComparison.Ordinal)) _entry!.Values.Add(path[(Entry.Length + 1)..], text, _currency);
        else if (path.StartsWith(Balance + "/", StringComparison.Ordinal)) _balance!.Add(path[(Balance.Length + 1)..], text, _currency);
        else if (path.StartsWith(Statement + "/", StringComparison.Ordinal)) _statement!.Values.Add(path[(Statement.Length + 1)..], text, _currency);
    }

    private string Where(string why) => _xml is IXmlLineInfo line ? FormattableString.Invariant($"line {line.LineNumber}: {why}") : why;

    private static CrmException TooMany() => BankStatementErrors.TooLarge($"A file may have at most {StatementLimits.Entries} entries: ask your bank for shorter periods.");
}
