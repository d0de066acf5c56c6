using System.Text;

namespace Crm.Application.Mail;

/// <summary>A header with parameters (RFC 2045 §5.1): <c>text/plain; charset=utf-8</c>. Parameters in pieces and in other charsets (RFC 2231) are put together.</summary>
internal sealed class MailValue
{
    private readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);

    private MailValue(string value) => Value = value;

    /// <summary>What stands before the parameters, in lower case.</summary>
    public string Value { get; }

    /// <summary>Reads one; what cannot be read of it is left out.</summary>
    public static MailValue Of(string text)
    {
        var parts = Split(text);
        var value = new MailValue(parts[0].Trim().ToLowerInvariant());
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) continue;
            value._parameters.TryAdd(part[..equals].Trim(), Unquoted(part[(equals + 1)..].Trim()));
        }
        return value;
    }

    /// <summary>A parameter; null when there is none.</summary>
    public string? Find(string name)
    {
        if (_parameters.TryGetValue(name, out var plain)) return EncodedWords.Decode(plain);
        if (_parameters.TryGetValue(name + "*", out var encoded)) return Extended(encoded);
        if (!_parameters.ContainsKey(name + "*0") && !_parameters.ContainsKey(name + "*0*")) return null;
        var (pieces, isExtended) = (new StringBuilder(), _parameters.ContainsKey(name + "*0*"));
        for (var i = 0; _parameters.TryGetValue($"{name}*{i}", out var piece) || _parameters.TryGetValue($"{name}*{i}*", out piece); i++) pieces.Append(piece);
        return isExtended ? Extended(pieces.ToString()) : pieces.ToString();
    }

    /// <summary><c>charset'language'%41…</c></summary>
    private static string Extended(string text)
    {
        var parts = text.Split('\'', 3);
        if (parts.Length != 3) return text;
        var bytes = new List<byte>(parts[2].Length);
        for (var i = 0; i < parts[2].Length; i++)
            if (parts[2][i] == '%' && i + 2 < parts[2].Length && byte.TryParse(parts[2].AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
            {
                bytes.Add(code);
                i += 2;
            }
            else bytes.Add((byte)parts[2][i]);
        return MailCharsets.Decode(parts[0], [.. bytes]);
    }

    /// <summary>The parts between semicolons that are in no quotes and no comment; comments are left out.</summary>
    private static List<string> Split(string text)
    {
        var (parts, part, isQuoted, depth) = (new List<string>(), new StringBuilder(), false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && (isQuoted || depth > 0) && i + 1 < text.Length)
            {
                i++;
                if (depth == 0) part.Append(c).Append(text[i]);
            }
            else if (c == '"' && depth == 0)
            {
                isQuoted = !isQuoted;
                part.Append(c);
            }
            else if (c == '(' && !isQuoted) depth++;
            else if (c == ')' && depth > 0) depth--;
            else if (c == ';' && !isQuoted && depth == 0)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else if (depth == 0) part.Append(c);
        }
        parts.Add(part.ToString());
        return parts;
    }

    /// <summary>Without the quotes around it and what is escaped in them.</summary>
    public static string Unquoted(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"') return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length - 1) i++;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
