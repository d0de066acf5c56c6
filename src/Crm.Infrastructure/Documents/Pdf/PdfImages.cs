using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Crm.Application.Documents;
using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents.Pdf;

/// <summary>The images of one PDF; each is in it once, however often it is shown. They were checked before: a PNG unpacks to exactly what its header says.</summary>
internal sealed class PdfImages
{
    private const long MaxPixels = 12_000_000;
    private readonly Dictionary<string, (string Name, DocumentImage Image)> _images = new(StringComparer.Ordinal);
    private long _pixels;

    /// <summary>What the page's resources call the image.</summary>
    public string NameOf(DocumentImage image)
    {
        var key = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(image.Bytes));
        if (_images.TryGetValue(key, out var known)) return known.Name;
        if ((_pixels += (long)image.Width * image.Height) > MaxPixels) throw DocumentTemplateErrors.LimitReached("its images have more than 12 million pixels");
        var name = "I" + (_images.Count + 1).ToString(CultureInfo.InvariantCulture);
        _images[key] = (name, image);
        return name;
    }

    /// <summary>Writes them; the entry of the resources.</summary>
    public string Write(PdfFile file) => $"<< {string.Join(' ', _images.Values.Select(i => $"/{i.Name} {Write(file, i.Image)} 0 R"))} >>";

    private static int Write(PdfFile file, DocumentImage image)
    {
        var entries = $"/Type /XObject /Subtype /Image /Width {PdfFile.N(image.Width)} /Height {PdfFile.N(image.Height)} /BitsPerComponent 8 /ColorSpace ";
        if (image.MediaType == "image/jpeg") return file.AddStream($"{entries}{(JpegIsGrey(image.Bytes) ? "/DeviceGray" : "/DeviceRGB")} /Filter /DCTDecode", image.Bytes, pack: false);
        var (colors, alpha) = Pixels(image);
        var mask = alpha is null ? "" : $" /SMask {file.AddStream(entries + "/DeviceGray", alpha)} 0 R";
        return file.AddStream(entries + "/DeviceRGB" + mask, colors);
    }

    private static bool JpegIsGrey(byte[] bytes)
    {
        for (var at = 2; at + 9 < bytes.Length; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2)))
        {
            while (bytes[at + 1] == 0xFF) at++;
            if (bytes[at + 1] is 0xC0 or 0xC1 or 0xC2) return bytes[at + 9] == 1;
        }
        return false;
    }

    /// <summary>Red, green and blue of each pixel of a PNG, and how opaque it is where not all are.</summary>
    private static (byte[] Colors, byte[]? Alpha) Pixels(DocumentImage image)
    {
        var (bytes, depth, kind) = (image.Bytes, image.Bytes[24], image.Bytes[25]);
        var (data, palette, transparent) = Chunks(bytes);
        var channels = kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var (stride, step) = ((image.Width * channels * depth + 7) / 8, Math.Max(1, channels * depth / 8));
        var (row, before) = (new byte[stride], new byte[stride]);
        var (colors, alpha) = (new byte[3 * image.Width * image.Height], kind is 4 or 6 || kind == 3 && transparent.Length > 0 ? new byte[image.Width * image.Height] : null);
        using var pixels = new ZLibStream(data, CompressionMode.Decompress);
        for (var y = 0; y < image.Height; y++)
        {
            var filter = pixels.ReadByte();
            pixels.ReadExactly(row);
            Unfilter(filter, row, before, step);
            for (var x = 0; x < image.Width; x++)
            {
                var to = y * image.Width + x;
                var value = depth == 8 ? row[x * channels] : (row[x * depth / 8] >> (8 - depth - x * depth % 8)) & ((1 << depth) - 1);
                if (kind is 2 or 6) row.AsSpan(x * channels, 3).CopyTo(colors.AsSpan(3 * to));
                else if (kind == 3) palette.AsSpan(Math.Min(3 * value, Math.Max(0, palette.Length - 3)), Math.Min(3, palette.Length)).CopyTo(colors.AsSpan(3 * to));
                else colors.AsSpan(3 * to, 3).Fill((byte)(value * 255 / ((1 << depth) - 1)));
                if (alpha is not null) alpha[to] = kind == 3 ? value < transparent.Length ? transparent[value] : (byte)255 : row[x * channels + channels - 1];
            }
            (row, before) = (before, row);
        }
        return (colors, alpha);
    }

    /// <summary>What makes a row small is undone by its neighbours (ISO/IEC 15948 §9).</summary>
    private static void Unfilter(int filter, byte[] row, byte[] before, int step)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var (left, up, corner) = (i >= step ? row[i - step] : 0, before[i], i >= step ? before[i - step] : 0);
            row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static (MemoryStream Data, byte[] Palette, byte[] Transparent) Chunks(byte[] bytes)
    {
        var (data, palette, transparent) = (new MemoryStream(), Array.Empty<byte>(), Array.Empty<byte>());
        for (var at = 8; at + 12 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            if (length < 0 || length > bytes.Length - at - 12) break;
            var type = bytes.AsSpan(at + 4, 4);
            var content = bytes.AsSpan(at + 8, length);
            if (type.SequenceEqual("IDAT"u8)) data.Write(content);
            else if (type.SequenceEqual("PLTE"u8)) palette = content.ToArray();
            else if (type.SequenceEqual("tRNS"u8)) transparent = content.ToArray();
            at += 12 + length;
        }
        data.Position = 0;
        return (data, palette, transparent);
    }
}
