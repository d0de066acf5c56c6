using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>An image whose bytes were looked at.</summary>
/// <param name="MediaType"><c>image/png</c> or <c>image/jpeg</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record DocumentImage(byte[] Bytes, string MediaType, int Width, int Height);

/// <summary>A document before it is laid out: its variables are filled in, its HTML and CSS are as somebody wrote them.</summary>
/// <param name="Language">Of the text: <c>en</c> or <c>bg</c>.</param>
/// <param name="Title">In plain text.</param>
/// <param name="Header">HTML at the top of every page.</param>
/// <param name="Body">The HTML.</param>
/// <param name="Footer">HTML at the foot of every page.</param>
/// <param name="Css">The rules.</param>
/// <param name="Logo">What <c>crm:logo</c> shows.</param>
/// <param name="Qr">What <c>crm:qr</c> says.</param>
public sealed record DocumentSource(string Language, string Title, string? Header, string Body, string? Footer, string? Css, string PrimaryColor, string TextColor, string FontFamily,
    DocumentImage? Logo, string? Qr);

/// <summary>
/// Turns HTML and CSS that nobody trusts into documents. Whatever could run, load or submit anything is left out; what takes too much is
/// <c>TEMPLATE_LIMIT_REACHED</c>. It calls nobody and opens no file.
/// </summary>
public interface IDocumentRenderer
{
    /// <summary>A page of its own, with all its images in it.</summary>
    /// <exception cref="CrmException">TEMPLATE_LIMIT_REACHED.</exception>
    string ToHtml(DocumentSource source);

    /// <summary>A PDF on pages of A4: real text with its typefaces, page numbers, tables that break with their heads repeated. The same document is the same bytes.</summary>
    /// <exception cref="CrmException">TEMPLATE_LIMIT_REACHED.</exception>
    byte[] ToPdf(DocumentSource source);

    /// <summary>What would be left out of the HTML, in words; nothing when all of it is allowed.</summary>
    /// <exception cref="CrmException">TEMPLATE_LIMIT_REACHED.</exception>
    IReadOnlyList<string> RefusedHtml(string html);

    /// <summary>What would be left out of the CSS, in words.</summary>
    /// <exception cref="CrmException">TEMPLATE_LIMIT_REACHED.</exception>
    IReadOnlyList<string> RefusedCss(string css);
}
