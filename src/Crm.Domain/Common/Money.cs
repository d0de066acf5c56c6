using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Crm.Domain.Common;

/// <summary>
/// An amount in a currency of ISO 4217, always with exactly the decimals of the currency's minor unit (EUR 1250.00, JPY 1250) and
/// |amount| &lt; 10^13. Made with <see cref="Of"/>; the constructor is the path of stored values, which were checked when made.
/// </summary>
public sealed record Money
{
    private const decimal Limit = 10_000_000_000_000m;

    // The object-relational mapper binds to this by the parameters' names. It does not refuse a currency that ISO has withdrawn
    // since the row was written: what is stored must stay readable.
    private Money(decimal amount, string currency)
    {
        Amount = Common.Currency.Find(currency) is { } known ? WithScale(amount, known.Digits) : amount;
        Currency = currency;
    }

    /// <summary>The amount in major units, with exactly the currency's decimals.</summary>
    public decimal Amount { get; private init; }

    /// <summary>The ISO 4217 code, upper case.</summary>
    public string Currency { get; private init; }

    /// <summary>
    /// The amount in the currency, normalised. Errors: validation on <c>amount</c> or <c>currency</c>, below <paramref name="member"/>
    /// when it is given (<c>value</c> → <c>value.amount</c>).
    /// </summary>
    public static Money Of(decimal amount, string currency, string? member = null) =>
        Check(amount, currency, out var part) is { } error
            ? throw CrmException.Validation(member is null ? part : $"{member}.{part}", error)
            : new Money(amount, currency);

    /// <summary>As <see cref="Of"/>, with the reason instead of an exception.</summary>
    public static bool TryOf(
        decimal amount, string? currency, [NotNullWhen(true)] out Money? money, [NotNullWhen(false)] out string? error)
    {
        error = Check(amount, currency, out _);
        money = error is null ? new Money(amount, currency!) : null;
        return error is null;
    }

    /// <summary>Nothing, in this currency. Errors: validation on <c>currency</c>.</summary>
    public static Money Zero(string currency) => Of(0m, currency);

    /// <summary>A total counted from kept amounts, which may exceed what a single one may be.</summary>
    public static Money Total(decimal amount, string currency) => new(amount, currency);

    /// <summary>The sum of two amounts. Errors: validation on <c>currency</c> when they are of two currencies, on <c>amount</c> when it leaves the range.</summary>
    public Money Add(Money other)
    {
        if (other.Currency != Currency)
            throw CrmException.Validation("currency", $"{Currency} and {other.Currency} cannot be added.");
        return Of(Amount + other.Amount, Currency);
    }

    /// <summary>The sum of amounts that are all in <paramref name="currency"/>; nothing gives zero. Errors: as <see cref="Add"/>.</summary>
    public static Money Sum(IEnumerable<Money> amounts, string currency) => amounts.Aggregate(Zero(currency), (sum, next) => sum.Add(next));

    /// <summary>The amount for a quantity, rounded half to even to the currency's decimals. Errors: validation when it leaves the range.</summary>
    public Money Times(decimal quantity)
    {
        // |amount| < 10^13 and |quantity| < 7.9·10^28 can exceed what a decimal holds, long after it has left our own range.
        if (Math.Abs(quantity) >= Limit * 1000)
            return Amount == 0 ? this : throw CrmException.Validation("amount", OutOfRange);
        var digits = Common.Currency.Find(Currency)?.Digits ?? Amount.Scale;
        return Of(Math.Round(Amount * quantity, digits, MidpointRounding.ToEven), Currency);
    }

    /// <summary>The amount and the code, such as <c>1250.00 EUR</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount} {Currency}");

    private const string OutOfRange = "The amount must lie between -10^13 and 10^13, both excluded.";

    private static string? Check(decimal amount, string? currency, out string part)
    {
        part = "currency";
        if (Common.Currency.Find(currency) is not { } known)
            return "The currency must be the code of an active ISO 4217 currency, such as EUR.";
        part = "amount";
        if (Math.Abs(amount) >= Limit)
            return OutOfRange;
        return Math.Round(amount, known.Digits) == amount
            ? null
            : $"An amount in {known.Code} has at most {known.Digits} decimals.";
    }

    // Rounding cuts surplus zeros; adding a zero of the wanted scale appends the missing ones and turns -0 into 0.
    private static decimal WithScale(decimal amount, int digits)
    {
        var cut = Math.Round(amount, digits);
        return (cut == 0 ? 0m : cut) + new decimal(0, 0, 0, false, (byte)digits);
    }
}
