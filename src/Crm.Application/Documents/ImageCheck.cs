using System.Buffers.Binary;
using System.IO.Compression;

namespace Crm.Application.Documents;

/// <summary>
/// Tells by its bytes whether an image may be shown: a PNG (ISO/IEC 15948) or JPEG (ISO/IEC 10918-1) of limited size. What a PNG unpacks to must be
/// exactly what its header says, and no more of it is unpacked: an image bomb is found without going off.
/// </summary>
public static class ImageCheck
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most pixels.</summary>
    public const int MaxPixels = 4_000_000;

    private const int MaxSide = 10_000;
    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The image, or null when the bytes are none that may be shown.</summary>
    public static DocumentImage? Read(byte[] bytes)
    {
        if (bytes.Length > MaxBytes) return null;
        var (type, size) = bytes.AsSpan().StartsWith(PngSignature) ? ("image/png", Png(bytes)) : bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ("image/jpeg", Jpeg(bytes)) : ("", null);
        return size is var (width, height) && width is > 0 and <= MaxSide && height is > 0 and <= MaxSide && (long)width * height <= MaxPixels ? new DocumentImage(bytes, type, width, height) : null;
    }

    private static (int Width, int Height)? Png(byte[] bytes)
    {
        if (bytes.Length < 33 || !bytes.AsSpan(12, 4).SequenceEqual("IHDR"u8)) return null;
        var (width, height, depth, color, interlace) = (Number(bytes, 16), Number(bytes, 20), bytes[24], bytes[25], bytes[28]);
        var channels = color switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        // Sixteen bits and interlacing are of no use to a logo, and readers disagree about them.
        if (channels == 0 || depth != 8 && !(channels == 1 && depth is 1 or 2 or 4) || interlace != 0 || width is <= 0 or > MaxSide || height is <= 0 or > MaxSide || (long)width * height > MaxPixels) return null;
        var rows = height * (1 + ((long)width * channels * depth + 7) / 8);
        return Unpacks(bytes, rows) ? (width, height) : null;
    }

    /// <summary>Whether the image data unpacks to so many bytes; reads one more at most.</summary>
    private static bool Unpacks(byte[] bytes, long expected)
    {
        using var packed = new MemoryStream();
        var ended = false;
        for (var at = 8; at + 12 <= bytes.Length && !ended;)
        {
            var length = Number(bytes, at);
            if (length < 0 || length > bytes.Length - at - 12) return false;
            var type = bytes.AsSpan(at + 4, 4);
            if (type.SequenceEqual("IDAT"u8)) packed.Write(bytes, at + 8, length);
            ended = type.SequenceEqual("IEND"u8);
            at += 12 + length;
        }
        if (!ended || packed.Length == 0) return false;
        packed.Position = 0;
        try
        {
            using var pixels = new ZLibStream(packed, CompressionMode.Decompress);
            var buffer = new byte[81_920];
            long total = 0;
            for (int read; total <= expected && (read = pixels.Read(buffer)) > 0;) total += read;
            return total == expected;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The size that the frame header says; a JPEG's data never unpacks to more.</summary>
    private static (int Width, int Height)? Jpeg(byte[] bytes)
    {
        for (var at = 2; at + 9 < bytes.Length;)
        {
            if (bytes[at] != 0xFF) return null;
            var marker = bytes[at + 1];
            if (marker == 0xFF) { at++; continue; }
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8)) { at += 2; continue; }
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2));
            if (length < 2) return null;
            // Baseline, extended and progressive frames, 8 bits, grey or colour.
            if (marker is 0xC0 or 0xC1 or 0xC2)
                return bytes[at + 4] == 8 && bytes[at + 9] is 1 or 3 ? (BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 7)), BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 5))) : null;
            if (marker is 0xD9 or 0xDA) return null;
            at += 2 + length;
        }
        return null;
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
}
