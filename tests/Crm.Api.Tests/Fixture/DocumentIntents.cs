using System.Buffers.Binary;
using System.IO.Compression;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with document templates.</summary>
internal static class DocumentIntents
{
    /// <summary>A template; its id.</summary>
    public static async Task<Guid> DocumentTemplateAsync(this ApiClient tenant, string type = "INVOICE", string language = "en", string html = "<h1>{{title}}</h1>", string? name = null) =>
        (await tenant.PostAsync("/document-templates", new { name = name ?? "Template", type, language, html })).ShouldBe(201).Id;

    /// <summary>A preview of what is not kept.</summary>
    public static Task<Reply> PreviewAsync(this ApiClient tenant, string html, string type = "INVOICE", object? more = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["type"], body["html"]) = (type, html);
        return tenant.PostAsync("/document-templates/preview", body);
    }

    /// <summary>A PNG of one colour. Its header may claim another size than its data have.</summary>
    public static byte[] Png(int width, int height, int? claimedWidth = null, int? claimedHeight = null)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[1 + width];
            for (var y = 0; y < height; y++) zlib.Write(row);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, claimedWidth ?? width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), claimedHeight ?? height);
        header[8] = 8;
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, packed.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum([.. type, .. data]));
        png.Write(number);
    }

    /// <summary>CRC-32 as ISO/IEC 15948 has it.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
