using System.Text;
using Crm.Domain.Common;

namespace Crm.Application.Mail;

/// <summary>Who a message is from or to.</summary>
/// <param name="Name">The name beside the address; null when there is none.</param>
internal sealed record MailAddress(EmailAddress Address, string? Name);

/// <summary>Lists of addresses (RFC 5322 §3.4), with names, comments and groups. What is no address is left out.</summary>
internal static class MailAddresses
{
    private const int Most = 100, LongestName = 300;

    /// <summary>The addresses, in their order, at most 100.</summary>
    public static IReadOnlyList<MailAddress> Of(string? text)
    {
        var found = new List<MailAddress>();
        foreach (var (outside, inside, comment) in Split(text ?? ""))
        {
            if (found.Count == Most) break;
            // Old software writes the name as a comment.
            var (address, name) = inside is null ? (outside, comment) : (inside, outside.Length > 0 ? outside : comment);
            if (EmailAddress.TryParse(address.Trim(), out var parsed)) found.Add(new MailAddress(parsed, NameOf(name)));
        }
        return found;
    }

    private static string? NameOf(string text)
    {
        var name = EncodedWords.Decode(MailValue.Unquoted(text.Trim())).Trim();
        return name.Length == 0 ? null : MailParser.Cut(name, LongestName);
    }

    /// <summary>Each mailbox: what stands outside of angle brackets, what within, and the last comment. A group's name is none of a mailbox.</summary>
    private static IEnumerable<(string Outside, string? Inside, string Comment)> Split(string text)
    {
        var (outside, inside, comment) = (new StringBuilder(), (StringBuilder?)null, new StringBuilder());
        var (isQuoted, isInside, depth) = (false, false, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ',';
            var into = depth > 0 ? comment : isInside ? inside! : outside;
            if (i < text.Length && c == '\\' && i + 1 < text.Length && (isQuoted || depth > 0)) into.Append(isQuoted ? "\\" : "").Append(text[++i]);
            else if (i < text.Length && isQuoted && c != '"') into.Append(c);
            else if (c == '"' && depth == 0)
            {
                isQuoted = !isQuoted;
                into.Append(c);
            }
            else if (c == '(')
            {
                if (depth++ == 0) comment.Clear();
            }
            else if (c == ')' && depth > 0) depth--;
            else if (i < text.Length && depth > 0) comment.Append(c);
            else if (c == '<') (isInside, inside) = (true, new StringBuilder());
            else if (c == '>') isInside = false;
            else if (c == ':' && !isInside) outside.Clear();
            else if (c is ',' or ';' && !isInside)
            {
                yield return (outside.ToString(), inside?.ToString(), comment.ToString());
                (outside, inside, comment) = (new StringBuilder(), null, new StringBuilder());
            }
            else into.Append(c);
        }
    }
}
