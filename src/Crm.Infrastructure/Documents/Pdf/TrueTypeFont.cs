using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Crm.Infrastructure.Documents.Pdf;

/// <summary>A TrueType font (ISO/IEC 14496-22): which glyph is a character's, how wide it is, and a part of the font with some glyphs only.</summary>
internal sealed class TrueTypeFont
{
    private readonly byte[] _bytes;
    private readonly Dictionary<string, (int Offset, int Length)> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, ushort> _glyphs = new();
    private readonly int _cmap;
    private readonly bool _isLongCmap;
    private readonly int _metrics;
    private readonly bool _isLongLoca;

    public TrueTypeFont(string name, byte[] bytes)
    {
        (Name, _bytes) = (name, bytes);
        for (var i = 0; i < U16(4); i++)
            _tables[System.Text.Encoding.ASCII.GetString(bytes, 12 + 16 * i, 4)] = ((int)U32(12 + 16 * i + 8), (int)U32(12 + 16 * i + 12));
        var (head, hhea, os2) = (At("head"), At("hhea"), At("OS/2"));
        UnitsPerEm = U16(head + 18);
        Box = [Scaled(S16(head + 36)), Scaled(S16(head + 38)), Scaled(S16(head + 40)), Scaled(S16(head + 42))];
        _isLongLoca = S16(head + 50) == 1;
        (Ascent, Descent, _metrics) = (Scaled(S16(hhea + 4)), Scaled(S16(hhea + 6)), U16(hhea + 34));
        CapHeight = Scaled(S16(os2 + 88));
        GlyphCount = U16(At("maxp") + 4);
        (_cmap, _isLongCmap) = CharacterMap();
    }

    /// <summary>The PostScript name.</summary>
    public string Name { get; }

    public int UnitsPerEm { get; }

    public int GlyphCount { get; }

    /// <summary>Above the line, in thousandths of the size.</summary>
    public double Ascent { get; }

    /// <summary>Below the line, negative.</summary>
    public double Descent { get; }

    public double CapHeight { get; }

    /// <summary>Around all glyphs.</summary>
    public double[] Box { get; }

    /// <summary>The glyph of a character; 0 when there is none.</summary>
    public ushort Glyph(int character) => _glyphs.GetOrAdd(character, static (c, font) => font.Find(c), this);

    /// <summary>How wide a glyph is, in thousandths of the size.</summary>
    public double Width(ushort glyph) => Scaled(U16(At("hmtx") + 4 * Math.Min((int)glyph, _metrics - 1)));

    /// <summary>How wide a text is at a size.</summary>
    public double Measure(string text, double size)
    {
        double sum = 0;
        foreach (var rune in text.EnumerateRunes()) sum += Width(Glyph(rune.Value));
        return sum * size / 1000;
    }

    /// <summary>The bytes of a glyph's outline.</summary>
    public ReadOnlySpan<byte> Outline(int glyph)
    {
        var (from, to) = (Location(glyph), Location(glyph + 1));
        return _bytes.AsSpan(At("glyf") + from, to - from);
    }

    public bool Has(string table) => _tables.ContainsKey(table);

    public ReadOnlySpan<byte> Table(string table) => _bytes.AsSpan(_tables[table].Offset, _tables[table].Length);

    private int At(string table) => _tables[table].Offset;

    private int Location(int glyph) => _isLongLoca ? (int)U32(At("loca") + 4 * glyph) : 2 * U16(At("loca") + 2 * glyph);

    /// <summary>The table of Unicode: all of it (format 12) where there is one, else the basic plane (format 4).</summary>
    private (int Offset, bool IsLong) CharacterMap()
    {
        var (cmap, found) = (At("cmap"), 0);
        for (var i = 0; i < U16(cmap + 2); i++)
        {
            var (platform, encoding, offset) = (U16(cmap + 4 + 8 * i), U16(cmap + 6 + 8 * i), cmap + (int)U32(cmap + 8 + 8 * i));
            if (platform == 3 && encoding == 10 && U16(offset) == 12) return (offset, true);
            if (platform is 0 or 3 && encoding is 1 or 3 && U16(offset) == 4) found = offset;
        }
        return (found, false);
    }

    private ushort Find(int character)
    {
        if (_isLongCmap)
        {
            for (int low = 0, high = (int)U32(_cmap + 12) - 1; low <= high;)
            {
                var middle = (low + high) / 2;
                var group = _cmap + 16 + 12 * middle;
                if (character < U32(group)) high = middle - 1;
                else if (character > U32(group + 4)) low = middle + 1;
                else return (ushort)(U32(group + 8) + (character - U32(group)));
            }
            return 0;
        }
        if (character > 0xFFFF) return 0;
        var segments = U16(_cmap + 6) / 2;
        for (var i = 0; i < segments; i++)
        {
            if (character > U16(_cmap + 14 + 2 * i)) continue;
            var start = U16(_cmap + 16 + 2 * (segments + i));
            if (character < start) return 0;
            var (delta, rangeAt) = (U16(_cmap + 16 + 2 * (2 * segments + i)), _cmap + 16 + 2 * (3 * segments + i));
            if (U16(rangeAt) == 0) return (ushort)(character + delta);
            var glyph = U16(rangeAt + U16(rangeAt) + 2 * (character - start));
            return glyph == 0 ? (ushort)0 : (ushort)(glyph + delta);
        }
        return 0;
    }

    private double Scaled(int units) => units * 1000.0 / UnitsPerEm;

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(at));

    private short S16(int at) => BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(at));
}
