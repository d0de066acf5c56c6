using Crm.Domain.Common;

namespace Crm.Domain.Documents;

/// <summary>What users state about a document template.</summary>
public record DocumentTemplateDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>What it is for.</summary>
    public DocumentType Type { get; init; }
    /// <summary>The language of its documents: <c>en</c> or <c>bg</c>.</summary>
    public string Language { get; init; } = Languages.Default;
    /// <summary>The subject of an e-mail or the title of a document, at most 300 characters, with variables.</summary>
    public string? Subject { get; init; }
    /// <summary>HTML at the top of every page, at most 20,000 characters, with variables.</summary>
    public string? Header { get; init; }
    /// <summary>The document itself: HTML with variables, 1–100,000 characters.</summary>
    public required string Html { get; init; }
    /// <summary>HTML at the foot of every page, at most 20,000 characters, with variables.</summary>
    public string? Footer { get; init; }
    /// <summary>The look: CSS, at most 50,000 characters.</summary>
    public string? Css { get; init; }
    /// <summary>The colour of headings and rules, as <c>#rrggbb</c>.</summary>
    public string PrimaryColor { get; init; } = "#1f4e79";
    /// <summary>The colour of text, as <c>#rrggbb</c>.</summary>
    public string TextColor { get; init; } = "#222222";
    /// <summary>The typeface, one of <see cref="DocumentFonts"/>.</summary>
    public string FontFamily { get; init; } = DocumentFonts.Default;
    /// <summary>The image that <c>crm:logo</c> shows.</summary>
    public Guid? LogoFileId { get; init; }
}

/// <summary>Which template a document was made with: what is made stays as it is, whatever becomes of the template.</summary>
/// <param name="Id">The template; null for the built-in one.</param>
/// <param name="Version">Its version then; 0 for the built-in one.</param>
public sealed record TemplateUse(Guid? Id, int Version)
{
    /// <summary>The built-in one.</summary>
    public static TemplateUse BuiltIn { get; } = new(null, 0);
}

/// <summary>The typefaces that documents can have; each is in every document that uses it, so that all see the same.</summary>
public static class DocumentFonts
{
    /// <summary>Unless somebody chooses.</summary>
    public const string Default = "DejaVu Sans";

    /// <summary>All of them; each has Latin, Greek and Cyrillic.</summary>
    public static IReadOnlyList<string> All { get; } = [Default, "DejaVu Serif"];
}
