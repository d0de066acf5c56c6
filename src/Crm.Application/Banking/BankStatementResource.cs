using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Banking;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Banking;

/// <summary>The declaration of bank statements: they are uploaded and read, never changed. Making one is a use case of its own: <see cref="UploadBankStatement"/>.</summary>
public sealed class BankStatementResource : Resource<BankStatement, BankStatementDetails>
{
    /// <summary>Declares the members.</summary>
    public BankStatementResource() : base("bank-statements", "bank statement")
    {
        HasOwnCreation = true;
        ContentExample = "Date,Amount,Text\n2026-03-01,120.00,Invoice 2026-000001\n";
        Text(x => x.Name).Required().Search().Sort().Says("What it is called; the name the file was sent with, unless stated.", "\"statement-2026-03.csv\"");
        Text(x => x.Iban).Limit(34).Must(SellerRules.IsIban, SellerRules.IbanForm).Says("Of a CSV file: the account, where no column tells it.", "\"DE89370400440532013000\"");
        Text(x => x.Currency).Limit(3).Must(Currency.IsKnown, "must be an ISO 4217 code").Says("Of a CSV file: the currency, where no column tells it.", "\"EUR\"");
        Other(x => x.Columns, FieldKind.Map).NotNull().NoFilter().Says(
            "Of a CSV file: the headings of its columns by what they hold: bookingDate; amount, or credit and debit; and if there are any valueDate, currency, iban, bankReference, remittanceText, creditorReference, endToEndId, counterpartyName, counterpartyIban.",
            """{"bookingDate": "Date", "amount": "Amount", "remittanceText": "Text"}""");
        Text(x => x.Delimiter).Limit(1).Must(IsDelimiter, "must be one of ; , | or a tab").NoFilter().Says("Of a CSV file: what separates its columns; what its first line has most of, when absent.", "\",\"");
        Text(x => x.DateFormat).Limit(10).Must(IsDateFormat, "must be made of yyyy or yy, MM or M, dd or d, and . / - between them").NoFilter().Says("Of a CSV file: how days are written; as 2026-03-01, when absent.", "\"yyyy-MM-dd\"");
        Text(x => x.DecimalSeparator).Limit(1).Must(s => s is "." or ",", "must be . or ,").NoFilter().Says("Of a CSV file: what comes before the decimals; a point, when absent.", "\".\"");
        ReadOnly("format", FieldKind.Choice, typeof(BankStatementFormat)).NotNull().Sort().Says("What kind of file it was, by its content.", "\"CSV\"");
        ReadOnly("checksum", FieldKind.Text).NotNull().Says("SHA-256 of the file in hexadecimal: no file is imported twice.");
        ReadOnly<ValueList<AccountStatement>>("statements", FieldKind.Embedded).NotNull().Says("The statements in it, one for each account and period.", "[]");
        ReadOnly("entryCount", FieldKind.Integer).NotNull().Sort().Says("How many entries it has.", "1");
        ReadOnly("paymentCount", FieldKind.Integer).NotNull().Sort().Says("How many of them became payments.", "1");
        ReadOnly("duplicateCount", FieldKind.Integer).NotNull().Says("How many another statement had brought before.", "0");
        ReadOnly("outgoingCount", FieldKind.Integer).NotNull().Says("How many went out: they are shown, and booked nowhere.", "0");
        ReadOnly("reversalCount", FieldKind.Integer).NotNull().Says("How many took back earlier ones: they are shown, and somebody must look at them.", "0");
        ReadOnly("skippedCount", FieldKind.Integer).NotNull().Says("How many were passed over because they were not booked yet or came to nothing.", "0");
        Common();
    }

    /// <inheritdoc/>
    protected override string PermissionName => "payments";

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(BankStatementDetails details) => throw CrmException.Validation("op", "a bank statement is created by uploading it");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<BankStatementDetails> patch) => throw new NotSupportedException("A statement never changes.");

    private static bool IsDelimiter(string text) => text is ";" or "," or "|" or "\t";

    /// <summary>Each of the three parts once, with one mark between them.</summary>
    private static bool IsDateFormat(string text)
    {
        var parts = text.Split('.', '/', '-');
        return parts.Length is 3 or 4 && (parts.Length == 3 || parts[3].Length == 0) && parts.Take(3).Select(p => p switch { "yyyy" or "yy" => 'y', "MM" or "M" => 'M', "dd" or "d" => 'd', _ => '?' }).Order().SequenceEqual("Mdy");
    }
}

/// <summary>A bank statement's own members, as events carry them.</summary>
public sealed record BankStatementState : BankStatementDetails
{
    /// <summary>What kind of file it was.</summary>
    public BankStatementFormat Format { get; init; }
    /// <summary>SHA-256 of the file.</summary>
    public string Checksum { get; init; } = "";
    /// <summary>The statements in it.</summary>
    public ValueList<AccountStatement> Statements { get; init; } = [];
    /// <summary>How many entries it has.</summary>
    public int EntryCount { get; init; }
    /// <summary>How many of them became payments.</summary>
    public int PaymentCount { get; init; }
    /// <summary>How many were known already.</summary>
    public int DuplicateCount { get; init; }
    /// <summary>How many went out.</summary>
    public int OutgoingCount { get; init; }
    /// <summary>How many took back earlier ones.</summary>
    public int ReversalCount { get; init; }
    /// <summary>How many were passed over.</summary>
    public int SkippedCount { get; init; }
}

internal sealed class BankStatementStateProfile : StateProfile<BankStatement, BankStatementDetails, BankStatementState>;
