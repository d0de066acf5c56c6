using System.Globalization;
using Crm.Domain.Common;

namespace Crm.Application.Documents;

/// <summary>How numbers, amounts and days are written: 1,234.50 EUR and 05 Mar 2026 in English, 1 234,50 EUR and 05.03.2026 г. in Bulgarian.</summary>
public sealed class DocumentForms
{
    private readonly NumberFormatInfo _numbers;
    private readonly bool _isBulgarian;
    private readonly string _currency;
    private readonly string _amount;

    /// <summary>Those of a language, for amounts in a currency (ISO 4217).</summary>
    public DocumentForms(string language, string currency)
    {
        _isBulgarian = language == "bg";
        // A line never ends within a number: the space does not break.
        _numbers = new NumberFormatInfo { NumberDecimalSeparator = _isBulgarian ? "," : ".", NumberGroupSeparator = _isBulgarian ? "\u00A0" : "," };
        _currency = currency;
        _amount = "N" + (Currency.Find(currency)?.Digits ?? 2).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>An amount with its currency.</summary>
    public string Money(decimal amount) => $"{Amount(amount)}\u00A0{_currency}";

    /// <summary>An amount without its currency.</summary>
    public string Amount(decimal amount) => amount.ToString(_amount, _numbers);

    /// <summary>A unit price: at least the currency's decimals, and those it has besides.</summary>
    public string Price(decimal price) => decimal.Round(price, Currency.Find(_currency)?.Digits ?? 2) == price ? Amount(price) : price.ToString("#,##0.00####", _numbers);

    /// <summary>A number with the decimals it has, six at most.</summary>
    public string Number(decimal number) => number.ToString("#,##0.######", _numbers);

    /// <summary>A rate; nothing for none.</summary>
    public string? Percent(decimal? percent) => percent is { } rate ? Number(rate) + "%" : null;

    /// <summary>A day; nothing for none.</summary>
    public string? Date(DateOnly? day) => day?.ToString(_isBulgarian ? "dd.MM.yyyy 'г.'" : "dd MMM yyyy", CultureInfo.InvariantCulture);
}
