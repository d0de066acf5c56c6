using System.Globalization;

namespace Crm.Domain.Common;

/// <summary>The grammar of RFC 5321 section 4.1.2 (Mailbox) in one pass over the text, so no input costs more than its length.</summary>
internal static class MailboxSyntax
{
    private const int MaxLocal = 64;
    private const int MaxLabel = 63;

    public static bool Matches(ReadOnlySpan<char> text)
    {
        var at = text.StartsWith('"') ? EndOfQuoted(text) : EndOfDotAtom(text);
        if (at is <= 0 or > MaxLocal || at >= text.Length || text[at] != '@')
            return false;
        var domain = text[(at + 1)..];
        return domain.StartsWith('[')
            ? domain.Length > 2 && domain[^1] == ']' && IsAddress(domain[1..^1])
            : IsDomain(domain);
    }

    private static int EndOfDotAtom(ReadOnlySpan<char> text)
    {
        var i = 0;
        var afterDot = true; // a dot may neither start the local part nor follow a dot
        for (; i < text.Length && text[i] != '@'; i++)
        {
            var dot = text[i] == '.';
            if (dot ? afterDot : !IsAtomText(text[i]))
                return -1;
            afterDot = dot;
        }
        return afterDot ? -1 : i;
    }

    private static int EndOfQuoted(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
                return i + 1;
            if (text[i] == '\\')
                i++;
            if (i >= text.Length || text[i] is < ' ' or > '~')
                return -1;
        }
        return -1;
    }

    private static bool IsAtomText(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c);

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
                return false;
            foreach (var c in label)
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
        }
        return true;
    }

    private static bool IsAddress(ReadOnlySpan<char> literal) =>
        literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? IsIPv6(literal[5..]) : IsIPv4(literal);

    private static bool IsIPv4(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
            if (++parts > 4 || text[range].Length is 0 or > 3
                || !byte.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return false;
        return parts == 4;
    }

    // RFC 5321: eight groups, or at most six around a "::" that stands for at least two; a dotted quad counts as the last two.
    private static bool IsIPv6(ReadOnlySpan<char> text)
    {
        var gap = text.IndexOf("::");
        if (gap < 0)
            return Groups(text, mayEndInIPv4: true) == 8;
        var before = gap == 0 ? 0 : Groups(text[..gap], mayEndInIPv4: false);
        var after = gap + 2 == text.Length ? 0 : Groups(text[(gap + 2)..], mayEndInIPv4: true);
        return before >= 0 && after >= 0 && before + after <= 6;
    }

    private static int Groups(ReadOnlySpan<char> text, bool mayEndInIPv4)
    {
        var count = 0;
        foreach (var range in text.Split(':'))
        {
            var group = text[range];
            if (mayEndInIPv4 && range.End.GetOffset(text.Length) == text.Length && group.Contains('.'))
                return IsIPv4(group) ? count + 2 : -1;
            if (group.Length is 0 or > 4)
                return -1;
            foreach (var c in group)
                if (!char.IsAsciiHexDigit(c))
                    return -1;
            count++;
        }
        return count;
    }
}
