using QRCoder;

namespace Crm.Infrastructure.Documents;

/// <summary>Draws QR codes (ISO/IEC 18004) with error correction M, as EPC069-12 asks.</summary>
internal static class QrCode
{
    /// <summary>The most bytes that are drawn: a code that can still be read from paper.</summary>
    public const int MaxBytes = 1_000;

    /// <summary>The modules row by row, true for dark, without the quiet zone; null when the text is too long.</summary>
    public static bool[][]? Modules(string text)
    {
        if (Data(text) is not { } data) return null;
        using (data)
        {
            const int quiet = 4;
            var size = data.ModuleMatrix.Count - 2 * quiet;
            return [.. Enumerable.Range(quiet, size).Select(y => Enumerable.Range(quiet, size).Select(x => data.ModuleMatrix[y][x]).ToArray())];
        }
    }

    /// <summary>An image of it with its quiet zone; of nothing when the text is too long.</summary>
    public static byte[] Png(string text)
    {
        using var data = Data(text) ?? Data("")!;
        using var png = new PngByteQRCode(data);
        return png.GetGraphic(6);
    }

    private static QRCodeData? Data(string text) => System.Text.Encoding.UTF8.GetByteCount(text) > MaxBytes ? null
        : QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: true, utf8BOM: false);
}
