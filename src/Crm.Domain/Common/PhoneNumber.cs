using System.Diagnostics.CodeAnalysis;

namespace Crm.Domain.Common;

/// <summary>
/// A telephone number as somebody wrote it: any text of at most 50 characters, kept unchanged. <see cref="Digits"/> makes two spellings
/// of one number comparable.
/// </summary>
public sealed record PhoneNumber
{
    /// <summary>The most characters a number can have.</summary>
    public const int MaxLength = 50;

    private PhoneNumber(string text) => Text = text;

    /// <summary>The number as sent.</summary>
    public string Text { get; }

    /// <summary>Whether the text can be kept as a number; its form does not matter.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? phone)
    {
        phone = text is null || Characters.Exceed(text, MaxLength) ? null : new PhoneNumber(text);
        return phone is not null;
    }

    /// <summary>The number. Errors: validation on <paramref name="member"/>.</summary>
    public static PhoneNumber Parse(string? text, string member = "phone") => TryParse(text, out var phone)
        ? phone
        : throw CrmException.Validation(member, $"A telephone number is a text of at most {MaxLength} characters.");

    /// <summary>
    /// The number's E.164 digits without the plus, or null when there are none (or more than the 15 of E.164). A number in national form
    /// is read as one of <paramref name="countryCode"/> (ISO 3166-1 alpha-2); without a country its digits stay as they are. Extensions are dropped.
    /// </summary>
    public string? Digits(string? countryCode) => DialledNumber.Digits(Text, countryCode);

    /// <summary>The number as sent.</summary>
    public override string ToString() => Text;
}
