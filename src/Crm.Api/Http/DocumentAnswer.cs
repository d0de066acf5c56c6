using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Documents;
using Microsoft.Net.Http.Headers;

namespace Crm.Api.Http;

/// <summary>A document as a page or as a PDF: as the request says, else as Accept prefers, else a page. It runs nothing, loads nothing and belongs to no origin.</summary>
internal sealed record DocumentAnswer() : Answers(200)
{
    public const string Html = "text/html", Pdf = "application/pdf";

    public override void CheckAccept(HttpRequest request)
    {
        if (Quality(request, Html) == 0 && Quality(request, Pdf) == 0) throw new HttpRefusal(406, "NOT_ACCEPTABLE", $"The answer is {Html} or {Pdf}.");
    }

    public override Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct)
    {
        var (preview, renderer) = ((DocumentPreview)result!, services.GetRequiredService<IDocumentRenderer>());
        var type = preview.Format switch { "pdf" => Pdf, "html" => Html, _ => Quality(http.Request, Pdf) > Quality(http.Request, Html) ? Pdf : Html };
        return Task.FromResult<Answer>(type == Pdf
            ? new WrittenDocument(renderer.ToPdf(preview.Source), Pdf)
            : new WrittenDocument(Encoding.UTF8.GetBytes(renderer.ToHtml(preview.Source)), Html + "; charset=utf-8"));
    }

    /// <summary>How much the caller wants it, 0 to 1: what names it most closely counts (RFC 9110 §12.5.1).</summary>
    private static double Quality(HttpRequest request, string type)
    {
        if (request.Headers.Accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var ranges)) return 1;
        var wanted = new MediaTypeHeaderValue(type);
        return ranges.Where(r => r.MatchesAllTypes || wanted.IsSubsetOf(r)).OrderByDescending(r => r.MatchesAllTypes ? 0 : r.MatchesAllSubTypes ? 1 : 2).Select(r => r.Quality ?? 1).FirstOrDefault();
    }
}

/// <summary>The document and what it is.</summary>
internal sealed record WrittenDocument(byte[] Bytes, string MediaType) : WrittenAnswer
{
    public override async Task WriteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "private, no-store";
        // Browsers show a PDF with a viewer of their own, which a sandbox would keep from starting; there is nothing in it to run.
        if (MediaType != DocumentAnswer.Pdf) headers.ContentSecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = "Accept";
        http.Response.ContentType = MediaType;
        http.Response.ContentLength = Bytes.Length;
        await http.Response.Body.WriteAsync(Bytes, http.RequestAborted);
    }
}
