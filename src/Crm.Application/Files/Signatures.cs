using System.Buffers.Binary;
using System.Collections.Frozen;

namespace Crm.Application.Files;

/// <summary>How content of the common media types begins.</summary>
internal static class Signatures
{
    private static readonly (int Offset, byte[] Bytes, string Type)[] Table =
    [
        (0, [.. "%PDF-"u8], "application/pdf"),
        (0, [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A], "image/png"),
        (0, [0xFF, 0xD8, 0xFF], "image/jpeg"),
        (0, [.. "GIF87a"u8], "image/gif"),
        (0, [.. "GIF89a"u8], "image/gif"),
        (0, [.. "II*"u8, 0], "image/tiff"),
        (0, [.. "MM"u8, 0, .. "*"u8], "image/tiff"),
        (0, [0, 0, 1, 0], "image/vnd.microsoft.icon"),
        (0, [.. "OggS"u8], "application/ogg"),
        (0, [.. "PK"u8, 3, 4], "application/zip"),
        (0, [.. "PK"u8, 5, 6], "application/zip"),
        (0, [0x1F, 0x8B], "application/gzip"),
        (0, [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "application/x-7z-compressed"),
        (0, [.. "Rar!"u8, 0x1A, 0x07], "application/vnd.rar"),
        (4, [.. "1AY&SY"u8], "application/x-bzip2"),
        (0, [0xFD, .. "7zXZ"u8, 0], "application/x-xz"),
        (257, [.. "ustar"u8], "application/x-tar"),
        (0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "application/x-ole-storage"),
        (0, [0x7F, .. "ELF"u8], "application/x-elf"),
        (0, [0xFE, 0xED, 0xFA, 0xCE], "application/x-mach-binary"),
        (0, [0xFE, 0xED, 0xFA, 0xCF], "application/x-mach-binary"),
        (0, [0xCE, 0xFA, 0xED, 0xFE], "application/x-mach-binary"),
        (0, [0xCF, 0xFA, 0xED, 0xFE], "application/x-mach-binary"),
    ];

    // Letters that may begin a text as well: only with a zero byte near, which no text has.
    private static readonly (byte[] Bytes, string Type)[] Short =
    [
        ([.. "MZ"u8], "application/vnd.microsoft.portable-executable"),
        ([.. "BM"u8], "image/bmp"),
        ([.. "ID3"u8], "audio/mpeg"),
        ([.. "fLaC"u8], "audio/flac"),
    ];

    private static readonly (string Form, string Type)[] Riff = [("WEBP", "image/webp"), ("WAVE", "audio/wav"), ("AVI ", "video/x-msvideo")];

    private static readonly (string Brand, string Type)[] Brands =
    [
        ("heic", "image/heic"), ("heix", "image/heic"), ("mif1", "image/heif"), ("avif", "image/avif"), ("qt  ", "video/quicktime"), ("M4A ", "audio/mp4"),
    ];

    /// <summary>Every type that can be found.</summary>
    public static FrozenSet<string> Types { get; } = Table.Select(s => s.Type).Concat(Short.Select(s => s.Type)).Concat(Riff.Select(r => r.Type)).Concat(Brands.Select(b => b.Type))
        .Concat(["video/mp4", "video/webm", "video/x-matroska", "application/java-vm"]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The type whose signature the content has, or null.</summary>
    public static string? Find(ReadOnlySpan<byte> sample)
    {
        foreach (var (offset, bytes, type) in Table)
            if (sample.Length >= offset + bytes.Length && sample.Slice(offset, bytes.Length).SequenceEqual(bytes)) return type;
        foreach (var (bytes, type) in Short)
            if (sample.StartsWith(bytes) && sample[..Math.Min(sample.Length, 512)].Contains((byte)0)) return type;
        if (sample.Length < 12) return null;
        if (sample.StartsWith("RIFF"u8)) return Word(sample[8..12], Riff);
        if (sample[4..].StartsWith("ftyp"u8)) return Word(sample[8..12], Brands) ?? "video/mp4";
        if (sample.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])) return sample[..Math.Min(sample.Length, 64)].IndexOf("webm"u8) >= 0 ? "video/webm" : "video/x-matroska";
        // Shared by Java's classes and by programs for several processors, which never number more than a few.
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xCA, 0xFE, 0xBA, 0xBE])) return BinaryPrimitives.ReadUInt32BigEndian(sample[4..]) < 30 ? "application/x-mach-binary" : "application/java-vm";
        return sample[0] == 0xFF && (sample[1] & 0xE6) == 0xE2 ? "audio/mpeg" : null;
    }

    private static string? Word(ReadOnlySpan<byte> word, (string Word, string Type)[] table)
    {
        foreach (var (known, type) in table)
            if (System.Text.Encoding.Latin1.GetString(word) == known) return type;
        return null;
    }
}
