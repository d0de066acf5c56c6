using System.Text;

namespace Crm.Application.Mail;

/// <summary>A message that is none, or goes beyond the limits.</summary>
internal sealed class MalformedMailException(string message) : Exception(message);

/// <summary>The header fields of a message or of a part of it (RFC 5322 §2.2), unfolded. Lines may end in LF alone, as pipes hand them over.</summary>
internal sealed class MailHeaders
{
    /// <summary>The most fields a message or part has.</summary>
    public const int Most = 1_000;

    /// <summary>The most bytes they have together.</summary>
    public const int MostBytes = 256 << 10;

    private readonly List<(string Name, StringBuilder Value)> _fields = [];

    /// <summary>Reads them up to the empty line; what follows is the body.</summary>
    /// <exception cref="MalformedMailException">A line is no field; too many, or too long.</exception>
    public static (MailHeaders Headers, ReadOnlyMemory<byte> Body) Read(ReadOnlyMemory<byte> raw)
    {
        var (headers, at, isFirst) = (new MailHeaders(), 0, true);
        while (at < raw.Length)
        {
            if (at > MostBytes) throw new MalformedMailException($"has more than {MostBytes} bytes of headers");
            var line = LineAt(raw.Span, at, out var next);
            at = next;
            if (line.Length == 0) return (headers, raw[at..]);
            // What delivers into mailboxes, and some that call programs, write this line before a message.
            if (!isFirst || !line.StartsWith("From "u8) || line[5..].TrimStart((byte)' ').StartsWith(":"u8)) headers.Add(line);
            isFirst = false;
        }
        return (headers, ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>How many fields there are.</summary>
    public int Count => _fields.Count;

    /// <summary>The first field of this name, whatever its case; null when there is none.</summary>
    public string? Find(string name) => _fields.Find(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.ToString();

    /// <summary>The line that begins here, without its end.</summary>
    public static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> raw, int at, out int next)
    {
        var length = raw[at..].IndexOf((byte)'\n');
        next = length < 0 ? raw.Length : at + length + 1;
        var line = length < 0 ? raw[at..] : raw.Slice(at, length);
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        if (line.Contains((byte)0)) throw new MalformedMailException("has a U+0000 in its headers");
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            if (_fields.Count == 0) throw new MalformedMailException("does not begin with a header");
            _fields[^1].Value.Append(' ').Append(Text(line).Trim());
            return;
        }
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? [] : line[..colon].TrimEnd(" \t"u8);
        if (name.Length == 0 || name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0) throw new MalformedMailException($"has a line among its headers that is none, after {_fields.Count} that are");
        if (_fields.Count == Most) throw new MalformedMailException($"has more than {Most} headers");
        _fields.Add((Encoding.ASCII.GetString(name), new StringBuilder(Text(line[(colon + 1)..]).Trim())));
    }

    /// <summary>UTF-8 (RFC 6532), or what it must have been when it is none.</summary>
    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
}
