namespace Crm.Domain.Common;

/// <summary>
/// The value of one custom field: a text (dates and ids too, as the wire writes them), a number, true or false, an amount, or a list of texts.
/// Two that say the same are equal: 1.50 is 1.5.
/// </summary>
public sealed class CustomValue : IEquatable<CustomValue>
{
    // Divided by one with 28 decimals, a decimal loses the zeros at its end.
    private const decimal One = 1.0000000000000000000000000000m;

    private CustomValue(object content) => Content = content;

    /// <summary>A <see cref="string"/>, <see cref="decimal"/>, <see cref="bool"/>, <see cref="Money"/> or <see cref="ValueList{T}"/> of strings.</summary>
    public object Content { get; }

    /// <summary>A text.</summary>
    public static CustomValue Of(string text) => new(text);

    /// <summary>A number, without the zeros at its end.</summary>
    public static CustomValue Of(decimal number) => new(number / One);

    /// <summary>true or false.</summary>
    public static CustomValue Of(bool flag) => new(flag);

    /// <summary>An amount.</summary>
    public static CustomValue Of(Money amount) => new(amount);

    /// <summary>A list of texts.</summary>
    public static CustomValue Of(ValueList<string> texts) => new(texts);

    /// <summary>The words that a search may find: those of a text or a list of texts.</summary>
    public string? Words => Content switch
    {
        string text => text,
        ValueList<string> texts => string.Join(' ', texts),
        _ => null,
    };

    /// <summary>How many characters of text it holds.</summary>
    public int Length => Words?.Length ?? 0;

    /// <inheritdoc/>
    public bool Equals(CustomValue? other) => other is not null && Content.Equals(other.Content);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CustomValue);

    /// <inheritdoc/>
    public override int GetHashCode() => Content.GetHashCode();

    /// <summary>What it says.</summary>
    public override string ToString() => FormattableString.Invariant($"{Content}");
}
