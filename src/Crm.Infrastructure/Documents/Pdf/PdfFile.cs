using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Crm.Infrastructure.Documents.Pdf;

/// <summary>Writes the objects of a PDF (ISO 32000-1) one after the other. The same document is the same bytes.</summary>
internal sealed class PdfFile
{
    private readonly MemoryStream _out = new();
    private readonly List<long> _offsets = [];

    public PdfFile() => Raw("%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n");

    /// <summary>Numbers an object that is written later.</summary>
    public int Reserve()
    {
        _offsets.Add(0);
        return _offsets.Count;
    }

    /// <summary>Writes an object; its number.</summary>
    public int Add(string content, int? reserved = null)
    {
        var number = reserved ?? Reserve();
        _offsets[number - 1] = _out.Length;
        Raw($"{N(number)} 0 obj\n{content}\nendobj\n");
        return number;
    }

    /// <summary>Writes a stream with the entries of its dictionary; packed unless it is already.</summary>
    public int AddStream(string entries, byte[] content, bool pack = true)
    {
        var bytes = pack ? Packed(content) : content;
        var number = Reserve();
        _offsets[number - 1] = _out.Length;
        Raw($"{N(number)} 0 obj\n<< {entries}{(pack ? " /Filter /FlateDecode" : "")} /Length {N(bytes.Length)} >>\nstream\n");
        _out.Write(bytes);
        Raw("\nendstream\nendobj\n");
        return number;
    }

    /// <summary>The whole file.</summary>
    public byte[] Finish(int catalog, int info)
    {
        var id = Convert.ToHexString(SHA256.HashData(_out.GetBuffer().AsSpan(0, (int)_out.Length)).AsSpan(0, 16));
        var table = _out.Length;
        Raw($"xref\n0 {N(_offsets.Count + 1)}\n0000000000 65535 f \n");
        foreach (var offset in _offsets) Raw($"{offset.ToString("0000000000", CultureInfo.InvariantCulture)} 00000 n \n");
        Raw($"trailer\n<< /Size {N(_offsets.Count + 1)} /Root {N(catalog)} 0 R /Info {N(info)} 0 R /ID [<{id}> <{id}>] >>\nstartxref\n{table.ToString(CultureInfo.InvariantCulture)}\n%%EOF\n");
        return _out.ToArray();
    }

    /// <summary>A text that is shown by readers, in UTF-16.</summary>
    public static string Text(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";

    /// <summary>A number as PDF writes it.</summary>
    public static string N(double number) => Math.Round(number, 3).ToString("0.###", CultureInfo.InvariantCulture);

    public static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(content);
        return packed.ToArray();
    }

    private void Raw(string text) => _out.Write(Encoding.Latin1.GetBytes(text));
}
