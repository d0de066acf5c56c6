using System.Globalization;
using Crm.Application.Documents;
using Crm.Domain.Documents;
using Crm.Infrastructure.Documents.Layout;
using Crm.Infrastructure.Documents.Pdf;

namespace Crm.Infrastructure.Documents;

/// <summary>Lays a document out on pages of A4 and writes them: real text, its typefaces inside. See docs/decisions/0058-pdf-is-written-here.md.</summary>
internal static class PdfRenderer
{
    private const double Width = 595.276, Height = 841.89, Side = 51, Edge = 30, Gap = 12;

    public static byte[] Render(DocumentSource source, HtmlElement? header, HtmlElement body, HtmlElement? footer, IReadOnlyList<CssRule> rules)
    {
        var sheet = new StyleSheet([.. CssReader.Read(DocumentStyle.Base(source)).Rules, .. rules]);
        var context = new LayoutContext(sheet, source.Logo, source.Qr is { } qr ? QrCode.Modules(qr) : null, "", "");
        var style = sheet.Of(body, new BoxStyle());
        var (top, bottom) = (Part(context, header, style), Part(context, footer, style));
        var (from, to) = (Math.Max(Side, Edge + FlowItem.Total(top) + Gap), Math.Min(Height - Side, Height - Edge - FlowItem.Total(bottom) - Gap));
        if (to - from < Height / 3) throw DocumentTemplateErrors.LimitReached("its header and footer leave too little of the page");
        var pages = Paginator.Pages(BlockLayout.Lay(context, body, style, Width - 2 * Side).Items, to - from);
        var (fonts, images) = (new PdfFonts(), new PdfImages());
        var drawn = pages.Select((page, i) =>
        {
            var canvas = new PdfCanvas(fonts, images, Height);
            var numbered = context with { Page = (i + 1).ToString(CultureInfo.InvariantCulture), Pages = pages.Count.ToString(CultureInfo.InvariantCulture) };
            FlowItem.DrawAll(Part(numbered, header, style), canvas, Side, Edge);
            foreach (var (item, y) in page) item.Draw(canvas, Side, from + y);
            FlowItem.DrawAll(Part(numbered, footer, style), canvas, Side, Height - Edge - FlowItem.Total(bottom));
            return canvas;
        }).ToList();
        return Write(source, drawn, fonts, images);
    }

    private static List<FlowItem> Part(LayoutContext context, HtmlElement? part, BoxStyle style) => part is null ? [] : BlockLayout.Lay(context, part, style, Width - 2 * Side).Items;

    private static byte[] Write(DocumentSource source, IReadOnlyList<PdfCanvas> pages, PdfFonts fonts, PdfImages images)
    {
        var file = new PdfFile();
        var (catalog, tree) = (file.Reserve(), file.Reserve());
        var resources = file.Reserve();
        var numbers = new List<int>();
        foreach (var page in pages)
        {
            var content = file.AddStream("", page.Content);
            var links = page.Links.Where(l => !l.To.StartsWith('#')).Select(l => file.Add(
                $"<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [{PdfFile.N(l.X)} {PdfFile.N(Height - l.Y - l.Height)} {PdfFile.N(l.X + l.Width)} {PdfFile.N(Height - l.Y)}] /A << /S /URI /URI <{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(l.To))}> >> >>")).ToList();
            var annotations = links.Count == 0 ? "" : $" /Annots [{string.Join(' ', links.Select(l => $"{l} 0 R"))}]";
            numbers.Add(file.Add($"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {PdfFile.N(Width)} {PdfFile.N(Height)}] /Resources {resources} 0 R /Contents {content} 0 R{annotations} >>"));
        }
        file.Add($"<< /Type /Pages /Kids [{string.Join(' ', numbers.Select(n => $"{n} 0 R"))}] /Count {numbers.Count} >>", tree);
        file.Add($"<< /Font {fonts.Write(file)} /XObject {images.Write(file)} >>", resources);
        file.Add($"<< /Type /Catalog /Pages {tree} 0 R /Lang ({source.Language}) /ViewerPreferences << /DisplayDocTitle true >> >>", catalog);
        return file.Finish(catalog, file.Add($"<< /Title {PdfFile.Text(source.Title)} /Producer (Crm) >>"));
    }
}
