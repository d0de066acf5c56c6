using System.Collections.Concurrent;

namespace Crm.Infrastructure.Documents.Pdf;

/// <summary>The typefaces that come with the service; each is read once. Slanted ones are upright ones that lean.</summary>
internal static class FontCatalog
{
    private static readonly ConcurrentDictionary<string, TrueTypeFont> Fonts = new(StringComparer.Ordinal);

    /// <summary>The font of a family (one of <see cref="Domain.Documents.DocumentFonts"/>, or a generic name) and weight.</summary>
    public static TrueTypeFont Get(string family, bool bold)
    {
        var isSerif = family.Contains("serif", StringComparison.OrdinalIgnoreCase) && !family.Contains("sans", StringComparison.OrdinalIgnoreCase);
        return Fonts.GetOrAdd($"DejaVu{(isSerif ? "Serif" : "Sans")}{(bold ? "-Bold" : "")}", static name =>
        {
            using var stream = typeof(FontCatalog).Assembly.GetManifestResourceStream("fonts." + name + ".ttf")!;
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return new TrueTypeFont(name, copy.ToArray());
        });
    }
}
