using System.Globalization;
using System.Text;
using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>
/// What the QR code of an invoice says: a SEPA credit transfer for its payer's banking app (EPC069-12, version 002 of the data set, where the BIC is optional), or the
/// address of a page where it can be paid.
/// </summary>
public static class PaymentQr
{
    /// <summary>The most bytes a credit transfer's payload has (EPC069-12: QR version 13, error correction M).</summary>
    public const int MaxBytes = 331;

    private const decimal MinAmount = 0.01m, MaxAmount = 999_999_999.99m;
    private const int MaxName = 70, MaxRemittance = 140;

    /// <summary>The payload of a credit transfer in euros.</summary>
    /// <param name="name">Who is paid, 1–70 characters.</param>
    /// <param name="iban">Where to; spaces are left out.</param>
    /// <param name="bic">The bank, 8 or 11 characters; not needed within the EEA.</param>
    /// <param name="amount">EUR, 0.01 to 999,999,999.99.</param>
    /// <param name="remittance">What it is for (unstructured), at most 140 characters.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: <c>name</c>, <c>iban</c>, <c>bic</c>, <c>amount</c> or <c>remittance</c> is out of range, or together they exceed 331 bytes.</exception>
    public static string CreditTransfer(string name, string iban, string? bic, Money amount, string? remittance)
    {
        if (name.Length == 0 || Characters.Exceed(name, MaxName) || HasLines(name)) throw CrmException.Validation("name", $"must be 1 to {MaxName} characters on one line");
        var account = iban.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (!SellerRules.IsIban(account)) throw CrmException.Validation("iban", SellerRules.IbanForm);
        if (bic is not null && !SellerRules.IsBic(bic)) throw CrmException.Validation("bic", SellerRules.BicForm);
        if (amount.Currency != "EUR" || amount.Amount is < MinAmount or > MaxAmount) throw CrmException.Validation("amount", "must be between 0.01 and 999999999.99 EUR");
        if (remittance is not null && (Characters.Exceed(remittance, MaxRemittance) || HasLines(remittance))) throw CrmException.Validation("remittance", $"must be at most {MaxRemittance} characters on one line");
        // Service tag, version, UTF-8, SCT, BIC, name, IBAN, amount, purpose, structured and unstructured remittance. What is empty at the end is left out.
        var payload = string.Join('\n', "BCD", "002", "1", "SCT", bic ?? "", name, account, "EUR" + amount.Amount.ToString("0.00", CultureInfo.InvariantCulture), "", "", remittance ?? "").TrimEnd('\n');
        return Encoding.UTF8.GetByteCount(payload) <= MaxBytes ? payload : throw CrmException.Validation("name", $"is too long together with the rest: at most {MaxBytes} bytes in UTF-8");
    }

    /// <summary>The payload of an invoice: a credit transfer where that can be (euros, an IBAN, an amount in range), else the address where it is paid, else none.</summary>
    public static string? Of(string name, string? iban, string? bic, Money amount, string? remittance, string? paymentUrl)
    {
        if (iban is null || amount.Currency != "EUR" || amount.Amount is < MinAmount or > MaxAmount) return paymentUrl;
        try
        {
            return CreditTransfer(Cut(name, MaxName), iban, bic, amount, remittance is null ? null : Cut(remittance, MaxRemittance));
        }
        catch (CrmException)
        {
            return paymentUrl;
        }
    }

    private static bool HasLines(string text) => text.Any(char.IsControl);

    private static string Cut(string text, int characters)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return Characters.Exceed(line, characters) ? string.Concat(line.EnumerateRunes().Take(characters)) : line;
    }
}
