using System.Collections.Frozen;
using System.Text;

namespace Crm.Application.Files;

/// <summary>
/// Tells what content is by its first bytes. A caller's claim counts only where bytes cannot decide: which kind of text, which kind of
/// archive. Nothing is ever unpacked to find out.
/// </summary>
public static class MediaTypes
{
    /// <summary>How many of the first bytes are looked at.</summary>
    public const int SampleSize = 4_096;

    /// <summary>What nothing is known about.</summary>
    public const string Unknown = "application/octet-stream";

    private const string Text = "text/plain", Zip = "application/zip", Compound = "application/x-ole-storage";

    // What a browser or a shell would run, were it served as what it is.
    private static readonly FrozenSet<string> Active = new[]
    {
        "text/html", "application/xhtml+xml", "application/xml", "text/xml", "image/svg+xml", "text/javascript", "application/javascript", "text/x-shellscript",
        "application/vnd.microsoft.portable-executable", "application/x-elf", "application/x-mach-binary", "application/java-vm",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> KindsOfText = new[]
    {
        "text/csv", "text/markdown", "text/tab-separated-values", "text/calendar", "text/vcard", "text/x-log", "message/rfc822",
        "application/json", "application/x-ndjson", "application/yaml", "application/toml", "application/sql",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> KindsOfZip = new[]
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/vnd.ms-word.document.macroenabled.12",
        "application/vnd.ms-excel.sheet.macroenabled.12", "application/vnd.ms-powerpoint.presentation.macroenabled.12", "application/vnd.apple.pages",
        "application/vnd.apple.numbers", "application/vnd.apple.keynote", "application/java-archive", "application/vnd.google-earth.kmz",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> KindsOfCompound = new[]
    {
        "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-outlook", "application/vnd.visio", "application/x-msi",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The media type of content that begins with <paramref name="sample"/>; <paramref name="claim"/> is what the caller says it is.</summary>
    public static string Of(ReadOnlySpan<byte> sample, string? claim)
    {
        var claimed = Bare(claim);
        var found = Signatures.Find(sample);
        return found switch
        {
            null when LooksLikeText(sample) => TextOf(sample, claimed),
            // Without a signature of its own: the claim stands if nothing we would have recognised is claimed.
            null => claimed is not null && !Recognisable(claimed) ? claimed : Unknown,
            Zip => ZipOf(sample) ?? (claimed is not null && KindsOfZip.Contains(claimed) ? claimed : Zip),
            Compound => claimed is not null && KindsOfCompound.Contains(claimed) ? claimed : Compound,
            _ => found,
        };
    }

    /// <summary>The type content is served as: nothing is served as what a browser would run.</summary>
    public static string Served(string contentType) => Active.Contains(contentType) ? Unknown : contentType;

    private static bool Recognisable(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || Active.Contains(type) || KindsOfText.Contains(type) || KindsOfZip.Contains(type) || KindsOfCompound.Contains(type) || Signatures.Types.Contains(type);

    /// <summary>The claim without parameters, in lower case; null when it is no media type.</summary>
    private static string? Bare(string? claim)
    {
        var type = claim?.Split(';')[0].Trim().ToLowerInvariant();
        return type is { Length: <= 100 } && type.IndexOf('/') is > 0 and var slash && slash < type.Length - 1
            && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '+' or '_') && type.Count(c => c == '/') == 1 ? type : null;
    }

    /// <summary>No byte that text does not have (WHATWG MIME Sniffing §7.2), in whatever encoding; UTF-16 is told by its mark.</summary>
    private static bool LooksLikeText(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || sample.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return true;
        foreach (var b in sample)
            if (b is < 0x09 or 0x0B or (> 0x0D and < 0x1B) or (> 0x1B and < 0x20)) return false;
        return true;
    }

    private static string TextOf(ReadOnlySpan<byte> sample, string? claimed)
    {
        var start = Encoding.Latin1.GetString(sample).Replace("\0", "", StringComparison.Ordinal).TrimStart('\u00EF', '\u00BB', '\u00BF', '\u00FE', '\u00FF', ' ', '\t', '\r', '\n', '\f');
        if (start.StartsWith("#!", StringComparison.Ordinal)) return "text/x-shellscript";
        if (start.StartsWith("BEGIN:VCARD", StringComparison.OrdinalIgnoreCase)) return "text/vcard";
        if (start.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase)) return "text/calendar";
        if (start.StartsWith("{\\rtf", StringComparison.Ordinal)) return "application/rtf";
        if (start.StartsWith('<') && MarkupOf(start) is { } markup) return markup;
        return claimed is not null && KindsOfText.Contains(claimed) ? claimed : Text;
    }

    /// <summary>What begins like a tag a browser knows is HTML; XML with a drawing in it is a drawing.</summary>
    private static string? MarkupOf(string start)
    {
        var drawing = start.Contains("<svg", StringComparison.OrdinalIgnoreCase);
        if (start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
            return drawing ? "image/svg+xml" : start.Contains("<html", StringComparison.OrdinalIgnoreCase) ? "application/xhtml+xml" : "application/xml";
        if (start.StartsWith("<svg", StringComparison.OrdinalIgnoreCase) || (start.StartsWith("<!doctype svg", StringComparison.OrdinalIgnoreCase) && drawing)) return "image/svg+xml";
        string[] tags = ["!doctype html", "html", "head", "body", "script", "iframe", "h1", "div", "font", "table", "a", "style", "title", "b", "br", "p", "img", "object", "embed", "form", "!--"];
        return tags.Any(tag => start.AsSpan(1).StartsWith(tag, StringComparison.OrdinalIgnoreCase) && (tag == "!--" || start.Length == tag.Length + 1 || start[tag.Length + 1] is ' ' or '>' or '\t' or '\r' or '\n' or '/'))
            ? "text/html" : null;
    }

    /// <summary>OpenDocument and EPUB say what they are in their first entry, which is stored as it is; Office names its parts.</summary>
    private static string? ZipOf(ReadOnlySpan<byte> sample)
    {
        const int name = 30;
        if (sample.Length > name + 8 && sample[name..].StartsWith("mimetype"u8))
        {
            var type = sample[(name + 8)..];
            var end = type.IndexOf("PK"u8);
            return end > 0 && Bare(Encoding.Latin1.GetString(type[..end])) is { } said && !Active.Contains(said) ? said : null;
        }
        if (sample.IndexOf("[Content_Types].xml"u8) < 0 && sample.IndexOf("_rels/"u8) < 0) return null;
        return sample.IndexOf("word/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            : sample.IndexOf("xl/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            : sample.IndexOf("ppt/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.presentationml.presentation" : null;
    }
}
